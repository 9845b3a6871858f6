using System.Text.Json;

namespace RnnGen.Formats;

/// <summary>Each kind of Keras' layers as lines of a declaration. A kind that is not here is refused by its name.</summary>
internal sealed class KerasLayers(ModelText model, KerasTensors tensors, string version)
{
    /// <param name="layer">The layer.</param>
    /// <param name="inputs">What it takes.</param>
    /// <param name="steps">The steps of the model's input; 0 for any number.</param>
    public KerasValue Read(KerasLayer layer, IReadOnlyList<KerasValue> inputs, int steps)
    {
        if (layer.Kind is "Concatenate" or "Add" or "Multiply")
            return Join(layer, inputs);
        if (inputs.Count != 1)
            throw No(layer, "takes several values");
        KerasValue x = layer.Kind is "Dropout" ? inputs[0] : Settled(inputs[0], layer);
        bool isFlat = x.IsFlat;
        if (isFlat && layer.Kind is not ("Dense" or "Dropout"))
            throw No(layer, "takes all steps as one vector");
        JsonElement config = layer.Config;
        switch (layer.Kind)
        {
            case "LSTM" or "GRU" or "SimpleRNN" or "CuDNNLSTM" or "CuDNNGRU":
                return Recurrent(layer, layer.Kind, config, x, isBoth: false, steps);
            case "Bidirectional":
                JsonElement inner = config.GetProperty("layer");
                if (config.TryGetProperty("backward_layer", out JsonElement back) && !KerasDirections.IsAlike(inner, back))
                    throw No(layer, "has directions that differ");
                return Recurrent(layer, Text(inner, "class_name"), inner.GetProperty("config"), x, isBoth: true, steps);
            case "Dense":
                return Dense(layer, "", config, x, steps);
            case "TimeDistributed":
                JsonElement timed = config.GetProperty("layer");
                if (Text(timed, "class_name") != "Dense" || !x.Steps)
                    throw No(layer, "is around something else than a Dense layer");
                return Dense(layer, "layer", timed.GetProperty("config"), x, steps);
            case "Embedding":
                return Embedding(layer, x);
            case "Dropout" or "SpatialDropout1D" or "GaussianDropout" or "GaussianNoise" or "ActivityRegularization":
                double rate = layer.Kind == "Dropout" && config.TryGetProperty("rate", out JsonElement r) ? r.GetDouble() : 0;
                return rate is > 0 and < 1 && !x.IsFlat && x is { IsSoftmax: false, IsSigmoid: false }
                    ? x with { From = model.Add($"Dropout({Layers.Number(rate)})", layer.Name, x.From, [], hasWeights: false) }
                    : x;
            case "Activation":
                return Activated(layer, x, Text(config, "activation"), config);
            case "Softmax" when (Number(config, "axis") ?? -1) is -1:
                return x with { IsSoftmax = true };
            case "ReLU" when Number(config, "max_value") is null
                && (Number(config, "negative_slope") ?? 0) == 0
                && (Number(config, "threshold") ?? 0) == 0:
                return x with { From = model.Activate(layer.Name, x.From, new(Activation.Relu)) };
            case "LeakyReLU":
                double slope = Number(config, "negative_slope") ?? Number(config, "alpha") ?? 0.3;
                return x with { From = model.Activate(layer.Name, x.From, new(Activation.LeakyRelu, slope)) };
            case "ELU":
                return x with { From = model.Activate(layer.Name, x.From, new(Activation.Elu, Number(config, "alpha") ?? 1)) };
            case "LayerNormalization":
                return Normalized(layer, x);
            case "BatchNormalization":
                return Scaled(layer, x);
            case "Conv1D":
                return Convolution(layer, x);
            case "GlobalAveragePooling1D" when x.Steps:
                return Pooled(layer, x, "Mean");
            case "GlobalMaxPooling1D" when x.Steps:
                return Pooled(layer, x, "Max");
            case "Flatten":
                return !x.Steps ? x
                    : steps > 0 ? x with { IsFlat = true }
                    : throw No(layer, "joins a number of steps that the model does not say");
            case "MDN":
                return Mixture(layer, x);
            default:
                throw new InvalidDataException($"layer {FileText.Quote(layer.Name)} is a {FileText.Quote(layer.Kind)}, which is not taken");
        }
    }

    private KerasValue Recurrent(KerasLayer layer, string kind, JsonElement config, KerasValue x, bool isBoth, int steps)
    {
        if (!x.Steps)
            throw No(layer, "takes a value without steps");
        bool sequences = Flag(config, "return_sequences"), isReverse = Flag(config, "go_backwards");
        if (isReverse && (isBoth || sequences))
            throw No(layer, "goes backwards and returns its outputs in that order");
        if (Flag(config, "time_major"))
            throw No(layer, "has steps in front of rows");
        string merge = isBoth ? KerasDirections.Merge(layer, sequences) : "";
        bool resetsAfter = kind == "CuDNNGRU" || Flag(config, "reset_after");
        string cell = kind switch
        {
            "LSTM" or "CuDNNLSTM" => "Lstm",
            "GRU" or "CuDNNGRU" => resetsAfter ? "Gru" : "GruResetBefore",
            "SimpleRNN" => "SimpleRnn",
            _ => throw No(layer, $"is around a {FileText.Quote(kind)}"),
        };
        List<RecurrentWeights> weights = [];
        foreach (string part in isBoth ? ["forward", "backward"] : new[] { "cell" })
            weights.Add(KerasDirections.Weights(layer, cell, tensors.Find(layer, part, "kernel", "recurrent_kernel", "bias"), resetsAfter));
        List<string> arguments = [isReverse ? "Direction = Direction.Reverse" : "", merge];
        arguments.AddRange(Layers.Function("Activation", FunctionOf(layer, config, "activation", "tanh"), Activation.Tanh));
        if (cell != "SimpleRnn")
            arguments.AddRange(
                Layers.Function("GateActivation", FunctionOf(layer, config, "recurrent_activation", "sigmoid"), Activation.Sigmoid));
        // Keras' LSTM has one activation for the candidate and the output.
        if (cell == "Lstm")
            arguments.AddRange(Layers.Function("OutputActivation", FunctionOf(layer, config, "activation", "tanh"), Activation.Tanh));
        string name = model.Recurrent(cell, layer.Name, x.From, weights, arguments);
        int units = weights[0].Recurrent.Columns, width = isBoth && merge.Length == 0 ? 2 * units : units;
        // A model whose sequences have one step is a stream: its last output is that of every step.
        return sequences || (steps == 1 && !isBoth && !isReverse) ? new(name, width, true) : Pooled(layer, new(name, width, true), "Last");
    }

    private KerasValue Dense(KerasLayer layer, string part, JsonElement config, KerasValue x, int steps)
    {
        if (tensors.Find(layer, part, "kernel", "bias") is not [{ Shape.Length: 2 } kernel, var bias])
            throw No(layer, "has no kernel");
        string activation = Text(config, "activation");
        bool isSoftmax = activation == "softmax";
        ActivationFunction function = isSoftmax ? ActivationFunction.Linear : FunctionOf(layer, config, "activation", "linear");
        // The sigmoid of a head is the loss's, and of others the layer's: it is told apart when somebody takes it.
        bool isSigmoid = function.Kind == Activation.Sigmoid;
        IEnumerable<string> arguments =
            isSigmoid ? [] : Layers.Function("Activation", function, Activation.Linear);
        float[]? biases = bias is null ? null : Weight.ValuesOf(bias);
        Weight weight = Weight.Of(kernel);
        if (weight.Rows != (x.IsFlat ? x.Width * steps : x.Width))
            throw No(layer, $"takes {weight.Rows} numbers and gets {(x.IsFlat ? x.Width * steps : x.Width)}");
        // All steps as one vector: at the last step, a convolution as long as the sequence has the same sum.
        string name = x.IsFlat
            ? model.Convolution(layer.Name, x.From, Stepwise(weight, x.Width), steps, 1, biases, arguments)
            : model.Dense(layer.Name, x.From, weight.Transposed(), biases, arguments);
        KerasValue value = new(name, weight.Columns, x.Steps, isSoftmax, false, isSigmoid);
        return x.IsFlat ? Pooled(layer, value, "Last") : value;
    }

    /// <summary>[outputs, width · steps], a number's steps side by side, of a kernel [steps · width, outputs].</summary>
    public static Weight Stepwise(Weight kernel, int width)
    {
        int steps = kernel.Rows / width, outputs = kernel.Columns;
        float[] values = new float[kernel.Values.Length];
        for (int step = 0; step < steps; step++)
        {
            for (int i = 0; i < width; i++)
            {
                for (int o = 0; o < outputs; o++)
                    values[(((o * width) + i) * steps) + step] = kernel.Values[(((step * width) + i) * outputs) + o];
            }
        }

        return new(outputs, width * steps, values);
    }

    private KerasValue Embedding(KerasLayer layer, KerasValue x)
    {
        if (x.From.Length > 0)
            throw No(layer, "does not take the model's symbols");
        if (Flag(layer.Config, "mask_zero"))
            throw No(layer, "masks the symbol 0: leave these out, or end sequences by lengths");
        if (tensors.Find(layer, "", "embeddings") is not [{ Shape.Length: 2 } vectors])
            throw No(layer, "has no embeddings");
        Weight weight = Weight.Of(vectors);
        model.Source($"Embedding({weight.Rows}, {weight.Columns})");
        model.Tensor("embedding.weight", [weight.Rows, weight.Columns], weight.Values);
        return new(ModelText.Input, weight.Columns, true);
    }

    private KerasValue Normalized(KerasLayer layer, KerasValue x)
    {
        var (gain, bias, _) = Normalization(layer, x);
        string name = model.Add(
            "LayerNorm", layer.Name, x.From,
            [
                $"Epsilon = {Layers.Number(Number(layer.Config, "epsilon") ?? 1e-3)}", gain is null ? "Gain = false" : "",
                bias is null ? "Bias = false" : "",
            ]);
        if (gain is not null)
            model.Tensor($"{name}.weight", [x.Width], gain);
        if (bias is not null)
            model.Tensor($"{name}.bias", [x.Width], bias);
        return x with { From = name };
    }

    /// <summary>In use a batch normalisation is a factor and a term for each channel, γ / √(variance + ε) and β − mean · factor.</summary>
    private KerasValue Scaled(KerasLayer layer, KerasValue x)
    {
        var (gain, bias, statistics) = Normalization(layer, x, "moving_mean", "moving_variance");
        double epsilon = Number(layer.Config, "epsilon") ?? 1e-3;
        float[] factors = new float[x.Width], terms = new float[x.Width];
        for (int i = 0; i < x.Width; i++)
        {
            double variance = statistics[1][i] + epsilon;
            if (!(variance > 0))
                throw No(layer, $"has the variance {statistics[1][i]}");
            double factor = (gain?[i] ?? 1) / Math.Sqrt(variance);
            (factors[i], terms[i]) = ((float)factor, (float)((bias?[i] ?? 0) - (statistics[0][i] * factor)));
        }

        return x with { From = model.Convolution(layer.Name, x.From, new(x.Width, 1, factors), 1, 1, terms, groups: x.Width) };
    }

    /// <summary>γ and β of a normalisation, null where it has none, and its statistics.</summary>
    private (float[]? Gain, float[]? Bias, float[][] Statistics) Normalization(KerasLayer layer, KerasValue x, params string[] statistics)
    {
        JsonElement axis = layer.Config.GetProperty("axis");
        int last = axis.ValueKind == JsonValueKind.Array ? axis[axis.GetArrayLength() - 1].GetInt32() : axis.GetInt32();
        if (last != -1 && last != (x.Steps ? 2 : 1))
            throw No(layer, "is over another axis than the last");
        bool hasGain = Flag(layer.Config, "scale", true), hasBias = Flag(layer.Config, "center", true);
        string[] names = [.. hasGain ? ["gamma"] : Array.Empty<string>(), .. hasBias ? ["beta"] : Array.Empty<string>(), .. statistics];
        float[][] found = [.. tensors.Find(layer, "", names).Select((tensor, i) => tensor is { Shape: [var count] } && count == x.Width
            ? Weight.ValuesOf(tensor)
            : throw No(layer, $"has no {names[i]} of {x.Width} numbers"))];
        return (hasGain ? found[0] : null, hasBias ? found[hasGain ? 1 : 0] : null, found[^statistics.Length..]);
    }

    private KerasValue Convolution(KerasLayer layer, KerasValue x)
    {
        JsonElement config = layer.Config;
        if (tensors.Find(layer, "", "kernel", "bias") is not [{ Shape: [var kernel, var channels, var outputs] } weight, var bias])
            throw No(layer, "has no kernel");
        int First(string name) =>
            config.GetProperty(name) is var value && value.ValueKind == JsonValueKind.Array ? value[0].GetInt32() : value.GetInt32();
        string padding = Text(config, "padding");
        if (padding != "causal" && kernel > 1)
            throw No(layer, $"has the padding {FileText.Quote(padding)}; causal is taken");
        double groups = Number(config, "groups") ?? 1;
        if (First("strides") != 1
            || Text(config, "data_format") == "channels_first"
            || !x.Steps
            || channels * groups != x.Width)
            throw No(layer, "has strides, or does not go over time");
        ActivationFunction function = FunctionOf(layer, config, "activation", "linear");
        string name = model.Convolution(
            layer.Name, x.From, KerasWeights.Convolution(weight), (int)kernel, First("dilation_rate"),
            bias is null ? null : Weight.ValuesOf(bias), Layers.Function("Activation", function, Activation.Linear), (int)groups);
        return new(name, (int)outputs, true);
    }

    /// <summary>keras-mdn-layer's mixture: means, deviations elu(x) + 1 + 1e-7, and weights, each a head's worth side by side.</summary>
    private KerasValue Mixture(KerasLayer layer, KerasValue x)
    {
        string Part(string name, ActivationFunction function)
        {
            if (tensors.Find(layer, name, "kernel", "bias") is not [{ Shape.Length: 2 } kernel, { } bias])
                throw No(layer, $"has no {name}");
            return model.Dense(
                $"{layer.Name}_{name}", x.From, Weight.Of(kernel).Transposed(), Weight.ValuesOf(bias),
                Layers.Function("Activation", function, Activation.Linear));
        }

        string means = Part("mdn_mus", ActivationFunction.Linear), deviations = Part("mdn_sigmas", new(Activation.Elu));
        deviations = model.Activate($"{layer.Name}_deviations", deviations, new(Activation.Affine, null, 1 + 1e-7));
        string weights = Part("mdn_pi", ActivationFunction.Linear);
        int mixtures = layer.Config.GetProperty("num_mixtures").GetInt32(), size = layer.Config.GetProperty("output_dimension").GetInt32();
        return new($"{means}, {deviations}, {weights}", mixtures * ((2 * size) + 1), x.Steps);
    }

    private KerasValue Join(KerasLayer layer, IReadOnlyList<KerasValue> inputs)
    {
        List<KerasValue> settled = [.. inputs.Select(x => Settled(x, layer))];
        if (settled.Exists(x => x.Steps != settled[0].Steps || x.IsFlat))
            throw No(layer, "joins values with steps and without");
        if (layer.Kind == "Concatenate")
        {
            int axis = layer.Config.TryGetProperty("axis", out JsonElement value) ? value.GetInt32() : -1;
            if (axis != -1 && axis != (settled[0].Steps ? 2 : 1))
                throw No(layer, "joins steps");
            return new(string.Join(", ", settled.Select(x => x.From)), settled.Sum(x => x.Width), settled[0].Steps);
        }

        if (settled.Exists(x => x.Width != settled[0].Width || x.From.Contains(',', StringComparison.Ordinal)))
            throw No(layer, "takes values of different widths, or joined ones");
        string sign = layer.Kind == "Add" ? " + " : " * ";
        return settled[0] with
        {
            From = string.Join(sign, settled.Select(x => x.From.Contains('+', StringComparison.Ordinal) ? $"({x.From})" : x.From)),
        };
    }

    private KerasValue Pooled(KerasLayer layer, KerasValue x, string kind) => x with
    {
        From = model.Add($"Pool(Pooling.{kind})", $"{layer.Name}_pool", x.From, [], hasWeights: false),
        Steps = false,
    };

    private KerasValue Activated(KerasLayer layer, KerasValue x, string activation, JsonElement config)
    {
        if (activation == "softmax")
            return x with { IsSoftmax = true };
        ActivationFunction function = FunctionOf(layer, config, "activation", "linear");
        return function.Kind switch
        {
            Activation.Linear => x,
            Activation.Sigmoid => x with { IsSigmoid = true },
            _ => x with { From = model.Activate(layer.Name, x.From, function) },
        };
    }

    /// <summary>A softmax or a sigmoid that no head has is a layer of its own.</summary>
    private KerasValue Settled(KerasValue x, KerasLayer taker)
    {
        string name = $"{taker.Name}_input";
        return x.IsSoftmax ? x with { From = model.Add("Softmax", name, x.From, [], hasWeights: false), IsSoftmax = false }
            : x.IsSigmoid ? x with { From = model.Activate(name, x.From, new(Activation.Sigmoid)), IsSigmoid = false }
            : x;
    }

    private ActivationFunction FunctionOf(KerasLayer layer, JsonElement config, string property, string otherwise)
    {
        string name = config.TryGetProperty(property, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? otherwise
            : throw No(layer, $"has an {property} of its own");
        return name switch
        {
            "linear" => ActivationFunction.Linear,
            "tanh" => new(Activation.Tanh),
            "sigmoid" => new(Activation.Sigmoid),
            "relu" => new(Activation.Relu),
            "elu" => new(Activation.Elu),
            "softsign" => new(Activation.Softsign),
            "softplus" => new(Activation.Softplus),
            "gelu" => new(Activation.Gelu),
            "silu" or "swish" => new(Activation.Silu),
            "hard_sigmoid" => version.StartsWith('3') ? new(Activation.HardSigmoid, 1.0 / 6) : new(Activation.HardSigmoid),
            "leaky_relu" => new(Activation.LeakyRelu, 0.2),
            _ => throw No(layer, $"has the {property} {FileText.Quote(name)}"),
        };
    }

    internal static string Text(JsonElement config, string name) =>
        config.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static bool Flag(JsonElement config, string name, bool otherwise = false) =>
        config.TryGetProperty(name, out JsonElement value) ? value.ValueKind == JsonValueKind.True : otherwise;

    private static double? Number(JsonElement config, string name) =>
        config.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    internal static InvalidDataException No(KerasLayer layer, string reason) =>
        new($"layer {FileText.Quote(layer.Name)} ({FileText.Escape(layer.Kind, 60)}) {reason}");
}
