using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;

namespace RnnGen.Hosting.Tests;

/// <summary>The program of the page runs. Another test compares it with the page.</summary>
public class PageTests
{
    [Fact]
    public async Task TheProgramServes()
    {
        string folder = Directory.GetCurrentDirectory(), path = Path.Combine(folder, "detector.safetensors");
        new Detector(seed: 1).Save(path);
        try
        {
            await using WebApplication app = HostedProgram.Build(["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default", "Warning"]);
            await app.StartAsync();
            using HttpClient http = new() { BaseAddress = new(app.Urls.First()) };
            Assert.Equal("Healthy", await http.GetStringAsync("/health"));
            Assert.Equal(Served.Output(new(seed: 1)), await Detect(http));

            using MemoryStream weights = new();
            new Detector(seed: 2).Save(weights);
            (await http.PutAsync("/weights", new ByteArrayContent(weights.ToArray()))).EnsureSuccessStatusCode();
            Assert.Equal(Served.Output(new(seed: 2)), await Detect(http));
            Assert.Equal(
                HttpStatusCode.InternalServerError, (await http.PutAsync("/weights", new ByteArrayContent([1, 2, 3]))).StatusCode);
            Assert.Equal(Served.Output(new(seed: 2)), await Detect(http));

            new Detector(seed: 3).Save(path);
            Assert.True(HostedProgram.Reload(app));
            Assert.Equal(Served.Output(new(seed: 3)), await Detect(http));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<float[]?> Detect(HttpClient http)
    {
        HttpResponseMessage response = await http.PostAsJsonAsync("/detect", Enumerable.Range(1, 8).Select(i => (float)i));
        return await response.Content.ReadFromJsonAsync<float[]>();
    }
}
