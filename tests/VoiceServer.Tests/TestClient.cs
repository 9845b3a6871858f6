using System.Buffers.Binary;
using System.Net.WebSockets;

namespace VoiceServer.Tests;

/// <summary>A client that sends as fast as it may.</summary>
internal sealed class TestClient : IDisposable
{
    private readonly ClientWebSocket socket = new();

    public WebSocketCloseStatus? CloseStatus => socket.CloseStatus;

    public string? CloseReason => socket.CloseStatusDescription;

    public static async Task<TestClient> ConnectAsync(Uri server)
    {
        TestClient client = new();
        await client.socket.ConnectAsync(new Uri($"ws://{server.Authority}/speech"), CancellationToken.None);
        return client;
    }

    public Task SendAsync(byte[] message, WebSocketMessageType type = WebSocketMessageType.Binary, bool isEnd = true) =>
        socket.SendAsync(message, type, isEnd, CancellationToken.None);

    /// <summary>Reads answers until there are enough of them, or the server closes.</summary>
    public async Task<float[]> ReceiveAsync(int count, int first = 0)
    {
        List<float> answers = [];
        byte[] message = new byte[1024];
        while (answers.Count < count)
        {
            int length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(message.AsMemory(length), CancellationToken.None).AsTask()
                    .WaitAsync(TimeSpan.FromSeconds(60));
                length += part.Count;
            }
            while (!part.EndOfMessage);
            if (part.MessageType == WebSocketMessageType.Close)
                break;
            Assert.Equal((uint)(first + answers.Count), BinaryPrimitives.ReadUInt32LittleEndian(message));
            for (int i = sizeof(uint); i < length; i += sizeof(float))
                answers.Add(BinaryPrimitives.ReadSingleLittleEndian(message.AsSpan(i)));
        }

        return [.. answers];
    }

    public Task CloseAsync() => socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);

    public void Dispose() => socket.Dispose();
}
