using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Voice.Networks;
using Voice.Sound;

namespace Voice.Learning;

/// <summary>Who speaks, and how.</summary>
/// <param name="Name">A language of espeak-ng and a variant: <c>en-gb+f3</c>.</param>
/// <param name="Pitch">0 to 99.</param>
/// <param name="Speed">Words a minute.</param>
internal readonly record struct Speaker(string Name, int Pitch, int Speed);

/// <summary>The program espeak-ng, which makes the speech to learn from.</summary>
internal static class Espeak
{
    /// <summary>Speaks.</summary>
    /// <returns>Samples at 16 kHz.</returns>
    /// <exception cref="InvalidOperationException">There is no such program, or it fails.</exception>
    public static float[] Say(string text, Speaker speaker)
    {
        string file = Path.Combine(Path.GetTempPath(), $"voice-{Guid.NewGuid():N}.wav");
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(
                "espeak-ng",
                [
                    "-v", speaker.Name, "-p", speaker.Pitch.ToString(CultureInfo.InvariantCulture), "-s",
                    speaker.Speed.ToString(CultureInfo.InvariantCulture), "-w", file, text,
                ])
            { RedirectStandardError = true })!;
            string errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"espeak-ng failed for the voice {speaker.Name}: {errors.Trim()}");
            return Recording.Read(file).ToMono(Spectrum.Rate);
        }
        catch (Win32Exception error)
        {
            throw new InvalidOperationException(
                "The program espeak-ng, which makes the speech to learn from, cannot be started. Debian's package is espeak-ng.", error);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
