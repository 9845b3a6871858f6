using System.Buffers.Binary;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;

namespace VoiceServer.Serving;

/// <summary>
/// A client over a WebSocket. It sends 16 kHz sound, 16 bits a sample, little-endian, in binary messages of any length; it gets binary
/// messages of a hop's number (32 bits) and probabilities (32-bit floats): of this hop and those behind it.
/// </summary>
internal sealed class Connection : IListener
{
    private const int MostSamples = 2048;

    private readonly WebSocket socket;
    private readonly byte[] received = new byte[MostSamples * sizeof(short)];
    private readonly byte[] message = new byte[sizeof(uint) + (64 * sizeof(float))];
    private Task sending = Task.CompletedTask;
    private volatile bool isLeaving;

    private Connection(WebSocket socket) => this.socket = socket;

    /// <summary>Serves one client until it leaves, or the server ends.</summary>
    public static async Task RunAsync(HttpContext context, Ticker ticker, CancellationToken stopping)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        Connection connection = new(socket);
        VoiceStream stream = new(connection);
        if (ticker.Join(stream) is not { } shard)
        {
            await socket.CloseAsync(WebSocketCloseStatus.PolicyViolation, "The server is full.", context.RequestAborted);
            return;
        }

        (WebSocketCloseStatus Status, string Reason) end = (WebSocketCloseStatus.NormalClosure, "");
        // To cancel the receiving would break the connection; when told, the client closes, and that is received.
        using CancellationTokenRegistration registration = stopping.Register(() => _ = connection.SayGoodbyeAsync());
        try
        {
            end = await connection.ReceiveAsync(stream, context.RequestAborted);
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException)
        {
            // The client has gone without a word.
        }
        finally
        {
            ticker.Leave(shard, stream);
        }

        await connection.EndAsync(token => socket.CloseAsync(end.Status, end.Reason, token));
    }

    public bool TryTake(long firstHop, ReadOnlySpan<float> probabilities)
    {
        if (!sending.IsCompleted)
            return false;
        if (isLeaving || sending.IsFaulted || socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
            return true;    // nobody is there; the receiving side notices too
        int length = sizeof(uint) + (probabilities.Length * sizeof(float));
        BinaryPrimitives.WriteUInt32LittleEndian(message, (uint)firstHop);
        for (int i = 0; i < probabilities.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(message.AsSpan(sizeof(uint) + (i * sizeof(float))), probabilities[i]);
        ValueTask send = socket.SendAsync(
            message.AsMemory(0, length), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        sending = send.IsCompletedSuccessfully ? Task.CompletedTask : send.AsTask();
        return true;
    }

    private async Task<(WebSocketCloseStatus Status, string Reason)> ReceiveAsync(VoiceStream stream, CancellationToken ended)
    {
        for (int kept = 0; ;)
        {
            var part = await socket.ReceiveAsync(received.AsMemory(kept), ended);
            if (part.MessageType == WebSocketMessageType.Close)
                return (WebSocketCloseStatus.NormalClosure, "");
            if (part.MessageType == WebSocketMessageType.Text)
                return (WebSocketCloseStatus.InvalidMessageType, "Sound comes in binary messages, not in text.");
            int length = kept + part.Count, whole = length & ~1;
            if (part.EndOfMessage && whole != length)
                return (WebSocketCloseStatus.InvalidPayloadData, "A message has an odd number of bytes, and a sample has two.");
            for (int done = 0; (done += sizeof(short) * stream.Write(received.AsSpan(done, whole - done))) < whole;)
                await stream.RoomAsync().WaitAsync(ended);    // the client is faster than real time, or the server slower
            kept = length - whole;
            if (kept > 0)
                received[0] = received[whole];    // half a sample, whose other half comes
        }
    }

    private async Task SayGoodbyeAsync()
    {
        isLeaving = true;
        await EndAsync(token => socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "The server ends.", token));
    }

    /// <summary>Closes the connection, after what is being sent.</summary>
    private async Task EndAsync(Func<CancellationToken, Task> close)
    {
        try
        {
            using CancellationTokenSource limit = new(TimeSpan.FromSeconds(2));
            await sending.WaitAsync(limit.Token);
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await close(limit.Token);
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or IOException or InvalidOperationException)
        {
            socket.Abort();
        }
    }
}
