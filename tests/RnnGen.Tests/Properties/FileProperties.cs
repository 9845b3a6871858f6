using RnnGen.Tests.Models;

namespace RnnGen.Tests.Properties;

/// <summary>Files give back what was written into them; what they cannot hold is refused before anything is written.</summary>
public class FileProperties
{
    [Repeatable(MaxTest = 300)]
    public void TensorsAndTextsSurviveAFile((Text Name, Finite[] Values)[] tensors, (Text Key, Text Value)[] texts)
    {
        string[] names = [.. tensors.Select(t => t.Name.Value)];
        Dictionary<string, string> metadata = [];
        foreach (var (key, value) in texts)
            metadata[key.Value] = value.Value;
        bool isRefused = names.Distinct().Count() < names.Length || names.Contains("__metadata__")
            || !names.Concat(metadata.Keys).Concat(metadata.Values).All(IsUnicode);
        SafetensorsFile Make() => new(
            tensors.Select(t => SafetensorsTensor.Create<float>(
                t.Name.Value, [t.Values.Length], [.. t.Values.Select(v => v.Value)])), metadata);
        if (isRefused)
        {
            Assert.Throws<ArgumentException>(Make);
            return;
        }

        SafetensorsFile file = Make();
        using MemoryStream stream = new();
        file.Write(stream);
        SafetensorsFile read = SafetensorsFile.Read(stream.ToArray());
        Assert.Equal(names, read.Tensors.Select(t => t.Name));
        Assert.Equal(metadata.OrderBy(t => t.Key, StringComparer.Ordinal), read.Metadata.OrderBy(t => t.Key, StringComparer.Ordinal));
        foreach (var (name, values) in tensors)
        {
            float[] back = new float[values.Length];
            read[name.Value].CopyTo<float>(back);
            Assert.Equal(values.Select(v => BitConverter.SingleToInt32Bits(v.Value)), back.Select(BitConverter.SingleToInt32Bits));
        }

        // And the same bytes again.
        using MemoryStream again = new();
        read.Write(again);
        Assert.Equal(stream.ToArray(), again.ToArray());
    }

    [Repeatable(MaxTest = 60)]
    public void WeightsSurviveAFileWhateverTheyAre(Finite[] values, int seed)
    {
        Regression model = new(1), other = new(2);
        Random random = new(seed);
        foreach (ParameterView<float> view in model.Parameters)
        {
            float[] all = ParameterValues.Values(view);
            for (int i = 0; i < all.Length; i++)
                all[i] = values.Length == 0 || !view.Owns(i / Math.Max(view.Columns, 1)) ? 0 : values[random.Next(values.Length)].Value;
            view.CopyFrom(all);
        }

        using TemporaryFolder folder = new();
        model.Save(folder["a"]);
        other.Load(folder["a"]);
        Assert.Equal(Bits(model), Bits(other));
        other.Save(folder["b"]);
        Assert.Equal(File.ReadAllBytes(folder["a"]), File.ReadAllBytes(folder["b"]));

        static IEnumerable<int> Bits(Regression model) =>
            model.Parameters.SelectMany(ParameterValues.Values).Select(BitConverter.SingleToInt32Bits);
    }

    [Repeatable(MaxTest = 300)]
    public void TextsSurviveTheirVocabulary(Text text, Text unknownText, int most)
    {
        if (text.Value.Length == 0)
        {
            Assert.Throws<ArgumentException>(() => Vocabulary.Of(text.Value));
            return;
        }

        Vocabulary all = Vocabulary.Of(text.Value);
        Assert.Equal(text.Value, all.Decode(all.Encode(text.Value)));
        Vocabulary same = new(all.Characters, all.Unknown);
        Assert.Equal(all.Encode(text.Value), same.Encode(text.Value));

        // Of few characters: the others become the one for what is unknown, and stay that.
        char unknown = unknownText.Value.FirstOrDefault('?');
        Vocabulary few = Vocabulary.Of(text.Value, 2 + (int)((uint)most % 8), unknown);
        string simplified = few.Decode(few.Encode(text.Value));
        Assert.Equal(text.Value.Length, simplified.Length);
        Assert.All(text.Value.Zip(simplified), pair => Assert.True(pair.First == pair.Second || pair.Second == unknown));
        Assert.Equal(simplified, few.Decode(few.Encode(simplified)));
    }

    private static bool IsUnicode(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[++i])))
                return false;
        }

        return true;
    }
}
