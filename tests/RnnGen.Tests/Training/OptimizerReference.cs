namespace RnnGen.Tests;

/// <summary>
/// The update of one parameter as the documentation of torch.optim writes it, in plain double arithmetic: the oracle of the fused passes.
/// </summary>
internal sealed class OptimizerReference(Optimizer optimizer)
{
    private long step;
    private double first;
    private double second;
    private double velocity;

    public double Update(double p, double g, double rate)
    {
        step++;
        if (optimizer is not AdamW)
            g += optimizer.WeightDecay * p;
        return optimizer switch
        {
            Adam adam => Adam(adam, p, g, rate),
            Sgd sgd => Sgd(sgd, p, g, rate),
            RmsProp rms => RmsProp(rms, p, g, rate),
            Adagrad adagrad => Adagrad(adagrad, p, g, rate),
            _ => throw new NotSupportedException(),
        };
    }

    private double Adam(Adam adam, double p, double g, double rate)
    {
        if (adam is AdamW)
            p *= 1 - (rate * adam.WeightDecay);
        first = (adam.Beta1 * first) + ((1 - adam.Beta1) * g);
        second = (adam.Beta2 * second) + ((1 - adam.Beta2) * g * g);
        double m = first / (1 - Math.Pow(adam.Beta1, step)), v = second / (1 - Math.Pow(adam.Beta2, step));
        return p - (rate * m / (Math.Sqrt(v) + adam.Epsilon));
    }

    private double Sgd(Sgd sgd, double p, double g, double rate)
    {
        if (sgd.Momentum != 0)
        {
            velocity = step == 1 ? g : (sgd.Momentum * velocity) + ((1 - sgd.Dampening) * g);
            g = sgd.Nesterov ? g + (sgd.Momentum * velocity) : velocity;
        }

        return p - (rate * g);
    }

    private double RmsProp(RmsProp rms, double p, double g, double rate)
    {
        second = (rms.Alpha * second) + ((1 - rms.Alpha) * g * g);
        double direction = g / (Math.Sqrt(second) + rms.Epsilon);
        if (rms.Momentum == 0)
            return p - (rate * direction);
        velocity = (rms.Momentum * velocity) + direction;
        return p - (rate * velocity);
    }

    private double Adagrad(Adagrad adagrad, double p, double g, double rate)
    {
        if (step == 1)
            second = adagrad.InitialAccumulator;
        second += g * g;
        return p - (rate * g / (Math.Sqrt(second) + adagrad.Epsilon));
    }
}
