using RnnGen.Numerics;

namespace RnnGen;

/// <summary>
/// Makes labels of the outputs of a model with <see cref="CtcAttribute"/>: probabilities of labels and of a blank at each step.
/// </summary>
public static class CtcDecoder
{
    /// <summary>
    /// The labels of the most probable class at each step: repetitions become one label, and blanks go. It allocates nothing.
    /// </summary>
    /// <param name="probabilities">[step][class].</param>
    /// <param name="classes">Classes, the blank included.</param>
    /// <param name="labels">Receives the labels: as many numbers as steps are always enough.</param>
    /// <param name="blank">The class that stands for no label.</param>
    /// <returns>The number of labels.</returns>
    /// <exception cref="ArgumentException">There are no whole steps, or more labels than room.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are no classes, or the blank is none of them.</exception>
    public static int Greedy(ReadOnlySpan<float> probabilities, int classes, Span<int> labels, int blank = 0) =>
        Greedy<float>(probabilities, classes, labels, blank);

    /// <inheritdoc cref="Greedy(ReadOnlySpan{float}, int, Span{int}, int)"/>
    public static int Greedy(ReadOnlySpan<double> probabilities, int classes, Span<int> labels, int blank = 0) =>
        Greedy<double>(probabilities, classes, labels, blank);

    /// <summary>
    /// The most probable labels, over all ways to place them: prefix search (Graves 2012, "Supervised sequence labelling with recurrent
    /// neural networks", section 7.5) that keeps the best beginnings of each step.
    /// </summary>
    /// <param name="probabilities">[step][class].</param>
    /// <param name="classes">Classes, the blank included.</param>
    /// <param name="width">Beginnings that are kept, at least 1. With enough of them the search is exact.</param>
    /// <param name="blank">The class that stands for no label.</param>
    /// <returns>Up to <paramref name="width"/> results, the best first.</returns>
    /// <exception cref="ArgumentException">There are no whole steps.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are no classes, the blank is none of them, or the width is less than
    /// 1.</exception>
    public static IReadOnlyList<CtcLabels> Search(ReadOnlySpan<float> probabilities, int classes, int width, int blank = 0) =>
        Search<float>(probabilities, classes, width, blank);

    /// <inheritdoc cref="Search(ReadOnlySpan{float}, int, int, int)"/>
    public static IReadOnlyList<CtcLabels> Search(ReadOnlySpan<double> probabilities, int classes, int width, int blank = 0) =>
        Search<double>(probabilities, classes, width, blank);

    private static int Greedy<T>(ReadOnlySpan<T> probabilities, int classes, Span<int> labels, int blank) where T : unmanaged
    {
        int steps = Check(probabilities.Length, classes, blank, nameof(probabilities)), count = 0, before = blank;
        for (int step = 0; step < steps; step++)
        {
            ReadOnlySpan<T> shares = probabilities.Slice(step * classes, classes);
            int best = 0;
            for (int i = 1; i < classes; i++)
                best = Element.ToDouble(shares[i]) > Element.ToDouble(shares[best]) ? i : best;
            if (best != blank && best != before)
            {
                if (count == labels.Length)
                    throw new ArgumentException($"There are more labels than the {labels.Length} that there is room for.", nameof(labels));
                labels[count++] = best;
            }

            before = best;
        }

        return count;
    }

    private static IReadOnlyList<CtcLabels> Search<T>(ReadOnlySpan<T> probabilities, int classes, int width, int blank) where T : unmanaged
    {
        int steps = Check(probabilities.Length, classes, blank, nameof(probabilities));
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        CtcPrefixes prefixes = new(width, blank);
        var logarithms = new double[classes];
        for (int step = 0; step < steps; step++)
        {
            for (int i = 0; i < classes; i++)
                logarithms[i] = Math.Log(Element.ToDouble(probabilities[(step * classes) + i]));
            prefixes.Step(logarithms);
        }

        return prefixes.Results();
    }

    private static int Check(int length, int classes, int blank, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        if ((uint)blank >= (uint)classes)
            throw new ArgumentOutOfRangeException(nameof(blank), blank, $"The blank must be 0 to {classes - 1}.");
        return length % classes == 0
            ? length / classes
            : throw new ArgumentException($"Expected whole steps of {classes} probabilities, not {length} numbers.", name);
    }
}
