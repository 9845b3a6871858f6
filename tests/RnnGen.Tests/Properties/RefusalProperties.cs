using static RnnGen.Tests.Properties.Generators;

namespace RnnGen.Tests.Properties;

/// <summary>Calls in any order: what is refused leaves no trace.</summary>
public class RefusalProperties
{
    [Repeatable(MaxTest = 100)]
    public void BetweenRefusedCallsAModelGivesTheBitsOfOneThatNeverSawThem(Subject subject, Call[] calls)
    {
        using Session disturbed = subject.Start(1), undisturbed = subject.Start(1);
        foreach (Call call in calls)
        {
            if (call.Fault == Fault.None)
            {
                Assert.Equal(Bits(undisturbed.Do(call)), Bits(disturbed.Do(call)));
                continue;
            }

            long[] before = Bits(disturbed.Everything());
            Exception refusal = Assert.ThrowsAny<Exception>(() => disturbed.Do(call));
            Assert.True(refusal is ArgumentException or InvalidDataException or NotFiniteNumberException, $"{call}: {refusal}");
            Assert.Equal(before, Bits(disturbed.Everything()));
        }

        Assert.Equal(Bits(undisturbed.Everything()), Bits(disturbed.Everything()));
        Assert.Equal(undisturbed.Saved(), disturbed.Saved());
    }

    [Repeatable(MaxTest = 40)]
    public void WhatIsSavedGoesOnInAnotherModel(Subject subject, Call[] calls, Call[] later)
    {
        using Session first = subject.Start(1), second = subject.Start(2);
        foreach (Call call in calls)
            first.Do(call with { Fault = Fault.None });
        byte[] saved = first.Saved();
        second.Restore(saved, first.States());
        // A joined model reads its source again.
        first.Restore(saved, first.States());
        Assert.Equal(saved, second.Saved());
        foreach (Call call in later)
            Assert.Equal(Bits(first.Do(call with { Fault = Fault.None })), Bits(second.Do(call with { Fault = Fault.None })));
        Assert.Equal(Bits(first.Everything()), Bits(second.Everything()));
        Assert.Equal(first.Saved(), second.Saved());
    }
}
