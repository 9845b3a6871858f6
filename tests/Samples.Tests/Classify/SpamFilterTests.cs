using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Classify;
using Microsoft.AspNetCore.Builder;
using RnnGen;

namespace Samples.Tests;

public class SpamFilterTests
{
    private static readonly string Trained = Path.Combine(AppContext.BaseDirectory, "data", "classifier.safetensors");

    [Fact]
    public void TheNetworkThatComesWithTheSampleTellsSpamFromHam()
    {
        SpamModel model = new();
        var words = (WordVocabulary)TextVocabulary.FromJson(WeightFile.Load(Trained, model.Parameters)["vocabulary"]);
        ConfusionMatrix matrix = Training.Test(model, words, Split.Of(Corpus.Read(Corpus.File), seed: 1).Test);
        Assert.Equal(730, matrix.Total);
        Assert.InRange(matrix.Accuracy, 0.96, 1);
        Assert.InRange(matrix.F1(1), 0.92, 1);
    }

    [Fact]
    public void WhatTheWordsAddIsTheNetworksAnswer()
    {
        SpamModel model = new();
        var words = (WordVocabulary)TextVocabulary.FromJson(WeightFile.Load(Trained, model.Parameters)["vocabulary"]);
        const string Text = "Click here to claim your free prize, or to be removed from our list";
        SpamModel.State state = default;
        float[] probability = new float[1];
        model.Forward(words.Encode(Text), ref state, probability);
        Reading reading = new SpamFilter(model, words).Read(Text);
        Assert.Equal(probability[0], reading.Probability, 1e-5);
        Assert.Equal(1, reading.Words.Sum(word => word.Looks), 1e-5);
        Assert.True(reading.IsSpam);
        Assert.Equal(3, reading.Carriers(3).Count());
        Assert.All(reading.Carriers(3), word => Assert.True(word.Share > 0));
    }

    [Fact]
    public void ANetworkLearnsFromFewMails()
    {
        IReadOnlyList<Mail> mails = Corpus.Read(Corpus.File);
        Mail[] spam = [.. mails.Where(mail => mail.IsSpam).Take(250)], ham = [.. mails.Where(mail => !mail.IsSpam).Take(250)];
        Split split = new([.. spam[..200], .. ham[..200]], [.. spam[200..], .. ham[200..]], []);
        (_, WordVocabulary words, FitHistory history) = Training.Run(split, epochs: 4, seed: 1, progress: null);
        Assert.InRange(words.Count, 2000, Sizes.Words);
        Assert.Equal(4, history.Epochs.Count);
        Assert.InRange(history.Epochs[^1].TrainingLoss, 0, 0.8 * history.Epochs[0].TrainingLoss);
    }

    [Fact]
    public void ATextWithoutWordsAndAFileWithoutVocabularyAreRefused()
    {
        Assert.Throws<ArgumentException>(() => SpamFilter.Load(Trained).Read(" \n"));
        string path = Path.GetTempFileName();
        new SpamModel(seed: 1).Save(path);
        Assert.Contains("vocabulary", Assert.Throws<InvalidDataException>(() => SpamFilter.Load(path)).Message);
        File.Delete(path);
    }

    [Fact]
    public async Task TheServiceAnswersWithTheWordsThatCarriedIt()
    {
        await using WebApplication? service = await Started();
        if (service is null)
            return;
        using HttpClient client = new() { BaseAddress = new(service.Urls.First()) };
        HttpResponseMessage answered = await client.PostAsJsonAsync(
            "/classify", new { text = "Subject: FREE money! Click here to be removed from this list" });
        using JsonDocument answer = JsonDocument.Parse(await answered.Content.ReadAsStringAsync());
        Assert.True(answer.RootElement.GetProperty("isSpam").GetBoolean());
        Assert.InRange(answer.RootElement.GetProperty("probability").GetDouble(), 0.9, 1);
        JsonElement first = answer.RootElement.GetProperty("words")[0];
        Assert.NotEmpty(first.GetProperty("word").GetString()!);
        Assert.InRange(first.GetProperty("share").GetDouble(), 0.01, 100);

        foreach (object wrong in new object[] { new { text = " " }, new { other = 1 }, new { text = new string('a', 100_001) } })
            Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsJsonAsync("/classify", wrong)).StatusCode);
    }

    // Null where no program may open a socket.
    private static async Task<WebApplication?> Started()
    {
        WebApplication service = Service.Create(SpamFilter.Load(Trained), port: 0);
        try
        {
            await service.StartAsync();
            return service;
        }
        catch (Exception problem) when (problem is SocketException or IOException)
        {
            Console.WriteLine($"skipped: no socket ({problem.Message})");
            await service.DisposeAsync();
            return null;
        }
    }
}
