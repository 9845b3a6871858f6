using System.Globalization;
using System.Text;

namespace RnnGen;

/// <summary>
/// How often each class was taken for each other one, and the precision, the recall and F1 that follow. The class of the highest score is
/// the predicted one; of equal scores the first.
/// </summary>
/// <remarks>
/// Precision is the share of what was predicted as a class that is of that class, recall the share of a class that was predicted as it, F1
/// their harmonic mean 2 p r / (p + r). One that would be 0 / 0 is 0, as in scikit-learn. <see cref="Metric.Value"/> is
/// <see cref="MacroF1()"/>.
/// </remarks>
public sealed class ConfusionMatrix : ClassMetric
{
    private readonly double[] counts;

    /// <summary>An empty matrix.</summary>
    /// <param name="classes">The number of classes, at least 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2.</exception>
    public ConfusionMatrix(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        Classes = classes;
        counts = new double[checked(classes * classes)];
    }

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <inheritdoc/>
    public override string Name => "macro F1";

    /// <inheritdoc/>
    public override double Value => Total == 0 ? double.NaN : MacroF1();

    /// <inheritdoc/>
    public override bool IsBetterWhenLarger => true;

    /// <summary>The weight of all that was added: where weights are 1, the count.</summary>
    public double Total
    {
        get
        {
            double total = 0;
            foreach (double count in counts)
                total += count;
            return total;
        }
    }

    /// <summary>The share that was predicted rightly; NaN if nothing was added.</summary>
    public double Accuracy
    {
        get
        {
            double right = 0;
            for (int i = 0; i < Classes; i++)
                right += this[i, i];
            return right / Total;
        }
    }

    /// <summary>The weight of those of a class that were predicted as a class.</summary>
    /// <param name="actual">The true class.</param>
    /// <param name="predicted">The predicted one.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public double this[int actual, int predicted]
    {
        get
        {
            CheckClass(actual, nameof(actual));
            CheckClass(predicted, nameof(predicted));
            return counts[(actual * Classes) + predicted];
        }
    }

    /// <summary>The precision of a class.</summary>
    /// <param name="index">The class.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public double Precision(int index) => Share(this[index, index], Predicted(index));

    /// <summary>The recall of a class.</summary>
    /// <param name="index">The class.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public double Recall(int index) => Share(this[index, index], Actual(index));

    /// <summary>F1 of a class.</summary>
    /// <param name="index">The class.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public double F1(int index) => Share(2 * this[index, index], Predicted(index) + Actual(index));

    /// <summary>The mean precision of the classes that were there or were predicted.</summary>
    public double MacroPrecision() => Macro(precision: 1, recall: 0);

    /// <summary>The mean recall of the classes that were there or were predicted.</summary>
    public double MacroRecall() => Macro(precision: 0, recall: 1);

    /// <summary>The mean F1 of the classes that were there or were predicted.</summary>
    public double MacroF1() => Macro(precision: 0, recall: 0);

    /// <summary>The precision of some classes together, for instance of all but "none".</summary>
    /// <param name="classes">The classes, each once; none for all of them, where it is the accuracy.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public double MicroPrecision(params ReadOnlySpan<int> classes)
    {
        (double right, double predicted, _) = Sum(classes);
        return Share(right, predicted);
    }

    /// <summary>The recall of some classes together.</summary>
    /// <inheritdoc cref="MicroPrecision"/>
    public double MicroRecall(params ReadOnlySpan<int> classes)
    {
        (double right, _, double actual) = Sum(classes);
        return Share(right, actual);
    }

    /// <summary>F1 of some classes together.</summary>
    /// <inheritdoc cref="MicroPrecision"/>
    public double MicroF1(params ReadOnlySpan<int> classes)
    {
        (double right, double predicted, double actual) = Sum(classes);
        return Share(2 * right, predicted + actual);
    }

    /// <summary>Adds a prediction.</summary>
    /// <param name="predicted">The predicted class.</param>
    /// <param name="actual">The true one.</param>
    /// <param name="weight">What it counts, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class or weight. Nothing was added.</exception>
    public void Add(int predicted, int actual, double weight = 1)
    {
        CheckWeight(weight);
        CheckClass(predicted, nameof(predicted));
        CheckClass(actual, nameof(actual));
        counts[(actual * Classes) + predicted] += weight;
    }

    /// <inheritdoc/>
    public override void Reset() => Array.Clear(counts);

    /// <summary>A table: a row for each true class, a column for each predicted one.</summary>
    public override string ToString()
    {
        string[] cells = [.. counts.Select(count => count.ToString("0.##", CultureInfo.InvariantCulture))];
        int width = Math.Max(cells.Max(cell => cell.Length), (Classes - 1).ToString(CultureInfo.InvariantCulture).Length) + 1;
        StringBuilder table = new("true \\ predicted\n");
        table.Append(' ', width);
        for (int predicted = 0; predicted < Classes; predicted++)
            table.Append(predicted.ToString(CultureInfo.InvariantCulture).PadLeft(width));
        for (int actual = 0; actual < Classes; actual++)
        {
            table.Append('\n').Append(actual.ToString(CultureInfo.InvariantCulture).PadLeft(width));
            for (int predicted = 0; predicted < Classes; predicted++)
                table.Append(cells[(actual * Classes) + predicted].PadLeft(width));
        }

        return table.ToString();
    }

    /// <inheritdoc/>
    protected override void Observe(ReadOnlySpan<double> scores, int target, double weight)
    {
        if (scores.Length != Classes)
            throw new ArgumentException($"Expected {Classes} scores, one for each class, but there are {scores.Length}.", nameof(scores));
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
            best = scores[i] > scores[best] ? i : best;
        counts[(target * Classes) + best] += weight;
    }

    private double Predicted(int index)
    {
        double sum = 0;
        for (int actual = 0; actual < Classes; actual++)
            sum += this[actual, index];
        return sum;
    }

    private double Actual(int index)
    {
        double sum = 0;
        for (int predicted = 0; predicted < Classes; predicted++)
            sum += this[index, predicted];
        return sum;
    }

    // The precision, the recall, or with neither F1: a delegate would be allocated.
    private double Macro(int precision, int recall)
    {
        WeightedMean mean = default;
        for (int i = 0; i < Classes; i++)
        {
            if (Predicted(i) + Actual(i) > 0)
                mean.Add(precision == 1 ? Precision(i) : recall == 1 ? Recall(i) : F1(i), 1);
        }

        return mean.Value;
    }

    private (double Right, double Predicted, double Actual) Sum(ReadOnlySpan<int> classes)
    {
        double right = 0, predicted = 0, actual = 0;
        int count = classes.IsEmpty ? Classes : classes.Length;
        for (int place = 0; place < count; place++)
        {
            int i = classes.IsEmpty ? place : classes[place];
            right += this[i, i];
            predicted += Predicted(i);
            actual += Actual(i);
        }

        return (right, predicted, actual);
    }

    private void CheckClass(int index, string name)
    {
        if ((uint)index >= (uint)Classes)
            throw new ArgumentOutOfRangeException(name, index, $"A class must be 0 to {Classes - 1}.");
    }

    private static double Share(double part, double whole) => whole == 0 ? 0 : part / whole;
}
