using System.Globalization;
using System.Net.Http.Json;
using System.Net.WebSockets;
using RnnGen;
using Voice;
using VoiceServer.Load;
using VoiceServer.Serving;

namespace VoiceServer.Tests;

/// <summary>The server as its clients see it.</summary>
public class ServerTests
{
    [Fact]
    public async Task EveryClientGetsTheAnswersOfOneAlone()
    {
        const int Clients = 30, Hops = 200;
        await using TestServer server = await TestServer.StartAsync();
        float[] expected = TestServer.Sound.Answers(Model(server.Weights), Hops);
        byte[] sound = new byte[Hops * Sound.HopBytes];
        TestServer.Sound.Read(0, sound);

        float[][] answers = await Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
        {
            using TestClient connection = await TestClient.ConnectAsync(server.Address);
            Task<float[]> received = connection.ReceiveAsync(Hops);
            // Messages of other lengths than hops, and parts of messages that cut samples in two.
            foreach (byte[] message in sound.Chunk(2 * (100 + (37 * client))))
            {
                int half = message.Length / 2 | 1;
                await connection.SendAsync(message[..half], isEnd: false);
                await connection.SendAsync(message[half..]);
            }

            float[] result = await received;
            await connection.CloseAsync();
            return result;
        }));
        Assert.Contains(expected, answer => answer > 0.9f);
        Assert.All(answers, answer => Assert.Equal(expected, answer));
    }

    [Fact]
    public async Task AClientThatDoesNotReadLosesNothingAndHoldsUpNobody()
    {
        await using TestServer server = await TestServer.StartAsync();
        int hops = TestServer.Sound.Hops * 40;
        using TestClient slow = await TestClient.ConnectAsync(server.Address), quick = await TestClient.ConnectAsync(server.Address);
        byte[] sound = new byte[TestServer.Sound.Hops * Sound.HopBytes];
        TestServer.Sound.Read(0, sound);
        Task sent = Task.Run(async () =>
        {
            for (int i = 0; i < 40; i++)
                await slow.SendAsync(sound);
        });
        await Task.Delay(200);
        await quick.SendAsync(sound);
        float[] expected = TestServer.Sound.Answers(Model(server.Weights), hops);
        Assert.Equal(expected[..TestServer.Sound.Hops], await quick.ReceiveAsync(TestServer.Sound.Hops));
        Assert.Equal(expected, await slow.ReceiveAsync(hops));
        await sent;
    }

    [Fact]
    public async Task WhatIsNoSoundEndsTheStreamWithAReason()
    {
        await using TestServer server = await TestServer.StartAsync();
        using TestClient text = await TestClient.ConnectAsync(server.Address), odd = await TestClient.ConnectAsync(server.Address);
        await text.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text);
        Assert.Empty(await text.ReceiveAsync(1));
        Assert.Equal((WebSocketCloseStatus.InvalidMessageType, "Sound comes in binary messages, not in text."), (text.CloseStatus, text.CloseReason));
        await odd.SendAsync(new byte[513]);
        Assert.Empty(await odd.ReceiveAsync(2));
        Assert.Equal(WebSocketCloseStatus.InvalidPayloadData, odd.CloseStatus);
        using HttpClient http = new() { BaseAddress = server.Address };
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, (await http.GetAsync("/speech")).StatusCode);
    }

    [Fact]
    public async Task AFullServerSaysSo()
    {
        await using TestServer server = await TestServer.StartAsync(mostStreams: 2);
        using TestClient first = await TestClient.ConnectAsync(server.Address), second = await TestClient.ConnectAsync(server.Address);
        await second.SendAsync(new byte[512]);
        await second.ReceiveAsync(1);
        using TestClient third = await TestClient.ConnectAsync(server.Address);
        Assert.Empty(await third.ReceiveAsync(1));
        Assert.Equal("The server is full.", third.CloseReason);

        await first.CloseAsync();
        using TestClient fourth = await TestClient.ConnectAsync(server.Address);
        await fourth.SendAsync(new byte[512]);
        Assert.Single(await fourth.ReceiveAsync(1));
    }

    [Fact]
    public async Task NewWeightsServeAStreamThatGoesOn()
    {
        await using TestServer server = await TestServer.StartAsync();
        using HttpClient http = new() { BaseAddress = server.Address };
        using TestClient client = await TestClient.ConnectAsync(server.Address);
        byte[] sound = new byte[50 * Sound.HopBytes];
        TestServer.Sound.Read(0, sound);
        float[] expected = TestServer.Sound.Answers(Model(server.Weights), 100);
        await client.SendAsync(sound);
        Assert.Equal(expected[..50], await client.ReceiveAsync(50));
        string before = (await Stats()).Weights;
        Assert.StartsWith("weights: Healthy", await http.GetStringAsync("/health"), StringComparison.Ordinal);

        new SpeechModel(seed: 5).Save(server.Weights);
        for (int i = 0; i < 200 && (await Stats()).Weights == before; i++)
            await Task.Delay(50);
        Assert.NotEqual(before, (await Stats()).Weights);
        TestServer.Sound.Read(50, sound);
        await client.SendAsync(sound);
        float[] answers = await client.ReceiveAsync(50, first: 50);
        Assert.Equal(50, answers.Length);
        Assert.NotEqual(expected[50..], answers);
        Assert.Equal(100, (await Stats()).Hops);

        async Task<ServerStats> Stats() => (await http.GetFromJsonAsync<ServerStats>("/stats"))!;
    }

    [Fact]
    public async Task ALoadIsMeasuredAndItsAnswersChecked()
    {
        await using TestServer server = await TestServer.StartAsync();
        StringWriter output = new();
        using LoadRun run = new(new() { Server = server.Address, Streams = 20, Seconds = 1, Hops = 2 }, output);
        Assert.Equal(0, await run.RunAsync(CancellationToken.None));
        string[] figures = output.ToString().TrimEnd().Split('\n')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("20", figures[0]);
        Assert.Equal("0", figures[^1]);
        Assert.True(int.Parse(figures[^2], NumberStyles.Number, CultureInfo.InvariantCulture) > 20 * 62);
    }

    private static SpeechModel Model(string weights)
    {
        SpeechModel model = new();
        model.Load(weights);
        return model;
    }
}
