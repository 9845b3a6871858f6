using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Classify;

/// <summary>A question of the web API.</summary>
/// <param name="Text">A mail: subject and text.</param>
internal sealed record Question(string? Text);

/// <summary>A word that carried an answer.</summary>
/// <param name="Word">The word.</param>
/// <param name="Looks">How much it was looked at, of 1.</param>
/// <param name="Share">What it added to ln(p / (1 − p)) for the probability p of spam.</param>
internal sealed record Carrier(string Word, double Looks, double Share);

/// <summary>An answer.</summary>
/// <param name="IsSpam">Whether spam is the likelier.</param>
/// <param name="Probability">That of spam.</param>
/// <param name="Words">The words that carried it, the most first.</param>
internal sealed record Answer(bool IsSpam, double Probability, IReadOnlyList<Carrier> Words);

/// <summary>The web API: POST /classify with a <see cref="Question"/> gives an <see cref="Answer"/>.</summary>
internal static class Service
{
    private const int LongestText = 100_000;

    /// <summary>Makes it, to be started.</summary>
    /// <param name="filter">Answers. One serves all requests at once.</param>
    /// <param name="port">The port on this machine; 0 for any that is free.</param>
    public static WebApplication Create(SpamFilter filter, int port)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        WebApplication application = builder.Build();
        application.Urls.Add($"http://127.0.0.1:{port}");
        application.MapPost("/classify", (Question question) =>
        {
            if (string.IsNullOrWhiteSpace(question.Text) || question.Text.Length > LongestText)
                return Results.BadRequest($"Expected \"text\" with 1 to {LongestText:N0} characters.");
            Reading reading = filter.Read(question.Text);
            return Results.Ok(new Answer(
                reading.IsSpam, reading.Probability,
                [.. reading.Carriers(8).Select(word => new Carrier(word.Text, word.Looks, word.Share))]));
        });
        return application;
    }
}
