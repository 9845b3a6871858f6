namespace RnnGen.Tests.Models;

/// <summary>Labels without times, by the definition: every way to place them is counted by itself.</summary>
internal static class CtcCase
{
    /// <summary>Random labels that have room in so many steps.</summary>
    public static int[] Labels(Random random, int classes, int steps, int blank)
    {
        List<int> labels = [];
        for (int needed = 0; ;)
        {
            int label = random.Next(classes);
            needed += labels.Count > 0 && labels[^1] == label ? 2 : 1;
            if (label == blank || needed > steps || random.Next(5) == 0)
                return [.. labels];
            labels.Add(label);
        }
    }

    /// <summary>A way's labels: repetitions become one, and blanks go.</summary>
    public static int[] Collapse(int[] way, int blank) =>
        [.. way.Where((label, step) => label != blank && (step == 0 || way[step - 1] != label))];

    /// <summary>All ways of so many steps.</summary>
    public static IEnumerable<int[]> Ways(int classes, int steps)
    {
        for (int number = 0; number < Math.Pow(classes, steps); number++)
            yield return [.. Enumerable.Range(0, steps).Select(step => number / (int)Math.Pow(classes, step) % classes)];
    }

    /// <summary>The probability of labels: the sum over all ways that collapse to them.</summary>
    /// <param name="probabilities">[step][class].</param>
    /// <param name="labels">The labels.</param>
    /// <param name="blank">The class that stands for none.</param>
    public static double Probability(double[][] probabilities, int[] labels, int blank) =>
        Ways(probabilities[0].Length, probabilities.Length)
            .Where(way => Collapse(way, blank).SequenceEqual(labels))
            .Sum(way => way.Select((label, step) => probabilities[step][label]).Aggregate(1.0, (a, b) => a * b));

    /// <summary>−ln of that, recorded number by number: a sum over the states of a way, without logarithms.</summary>
    /// <param name="interpreter">Records the operations.</param>
    /// <param name="scores">[step][class].</param>
    /// <param name="labels">The labels.</param>
    /// <param name="blank">The class that stands for none.</param>
    public static int Loss(Interpreter interpreter, int[][] scores, int[] labels, int blank)
    {
        int[] states = [blank, .. labels.SelectMany(label => new[] { label, blank })];
        int[] before = [interpreter.Leaf(1), .. states.Skip(1).Select(_ => interpreter.Leaf(0))];
        for (int step = 0; step < scores.Length; step++)
        {
            int[] powers = [.. scores[step].Select(s => interpreter.Apply("Exp", s))];
            int sum = interpreter.Sum(powers);
            int[] now = new int[states.Length];
            for (int state = 0; state < states.Length; state++)
            {
                int ways = before[state];
                // Before the first step there is only the way that has not begun: it goes to the first blank or the first label.
                if (state > 0 && (step > 0 || state == 1))
                    ways = interpreter.Combine('+', ways, before[state - 1]);
                if (state > 1 && states[state] != blank && states[state] != states[state - 2] && step > 0)
                    ways = interpreter.Combine('+', ways, before[state - 2]);
                now[state] = interpreter.Combine('*', ways, interpreter.Combine('/', powers[states[state]], sum));
            }

            before = now;
        }

        int total = states.Length == 1 ? before[0] : interpreter.Combine('+', before[^1], before[^2]);
        return interpreter.Combine('*', interpreter.Leaf(-1), interpreter.Apply("Log", total));
    }
}
