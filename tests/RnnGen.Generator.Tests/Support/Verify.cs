using System.Reflection;
using System.Text;
using Xunit.Sdk;

namespace VerifyTests
{
    /// <summary>One text to verify, under Verify's name for it.</summary>
    public readonly record struct Target(string Extension, string Data, string? Name = null);

    /// <summary>Verify's global settings, as far as these tests use them.</summary>
    public static class VerifierSettings
    {
        private static readonly List<Action<StringBuilder>> Scrubbers = [];

        /// <summary>Adds an edit that every text gets before it is compared.</summary>
        public static void AddScrubber(Action<StringBuilder> scrubber) => Scrubbers.Add(scrubber);

        internal static string Scrub(string text)
        {
            var builder = new StringBuilder(text).Replace("\r\n", "\n");
            foreach (var scrubber in Scrubbers)
                scrubber(builder);
            return builder.ToString();
        }
    }

    /// <summary>Verify's settings of one call; none are needed here.</summary>
    public sealed class VerifySettings;
}

namespace VerifyXunit
{
    /// <summary>Remembers which test runs, because the names of verified files are made of it.</summary>
    [AttributeUsage(AttributeTargets.Assembly)]
    public sealed class UseVerifyAttribute : BeforeAfterTestAttribute
    {
        private static readonly AsyncLocal<MethodInfo?> Method = new();

        internal static MethodInfo Current => Method.Value ?? throw new InvalidOperationException("Verify was called outside a test.");

        /// <inheritdoc/>
        public override void Before(MethodInfo methodUnderTest) => Method.Value = methodUnderTest;

        /// <inheritdoc/>
        public override void After(MethodInfo methodUnderTest) => Method.Value = null;
    }
}
