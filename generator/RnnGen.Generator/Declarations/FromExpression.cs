using System.Globalization;

namespace RnnGen.Generator.Declarations;

/// <summary>
/// What a layer takes, as its <c>From</c> says: names of layers, added (<c>+</c>), multiplied (<c>*</c>) or joined (<c>,</c>), with
/// parentheses. <c>x'</c> is x at the step before, <c>x'3</c> three steps before. <c>*</c> binds before <c>+</c>, <c>+</c> before <c>,</c>.
/// </summary>
internal abstract record FromExpression
{
    /// <summary>The steps that <c>x'64</c> may go back at most: each of them is part of the state.</summary>
    public const int MostStepsBefore = 64;

    /// <summary>Parses an expression.</summary>
    /// <exception cref="FormatException">The text is none; the message says why, in a clause.</exception>
    public static FromExpression Parse(string text)
    {
        int position = 0;
        var expression = Join();
        if (position == text.Length)
            return expression;
        string before = text.Substring(0, position).Trim();
        throw new FormatException(text[position] == ')' ? "a ')' has no '('" : $"'{text[position]}' cannot stand behind '{before}'");

        FromExpression Join() => Several(',', Sum);

        FromExpression Sum() => Several('+', Product);

        FromExpression Product() => Several('*', Operand);

        FromExpression Several(char separator, Func<FromExpression> next)
        {
            var operands = new List<FromExpression> { next() };
            while (Takes(separator))
                operands.Add(next());
            return operands.Count == 1 ? operands[0] : new FromOperation(separator, operands);
        }

        FromExpression Operand()
        {
            if (!Takes('('))
                return Name();
            var inner = Join();
            return Takes(')') ? inner : throw new FormatException("a '(' has no ')'");
        }

        FromExpression Name()
        {
            string name = While(c => char.IsLetterOrDigit(c) || c == '_');
            if (name.Length == 0)
                throw new FormatException(
                    position == text.Length ? "a name is missing at its end" : $"a name is missing before '{text[position]}'");
            if (!Takes('\''))
                return new FromName(name, 0);
            string digits = While(c => c is >= '0' and <= '9');
            int steps = digits.Length == 0 ? 1 : digits.Length > 4 ? 0 : int.Parse(digits, CultureInfo.InvariantCulture);
            return steps is >= 1 and <= MostStepsBefore
                ? new FromName(name, steps)
                : throw new FormatException($"{name}'{digits} is none of the {MostStepsBefore} steps before this one");
        }

        string While(Func<char, bool> belongs)
        {
            int start = position;
            while (position < text.Length && belongs(text[position]))
                position++;
            return text.Substring(start, position - start);
        }

        bool Takes(char wanted)
        {
            While(char.IsWhiteSpace);
            bool takes = position < text.Length && text[position] == wanted;
            position += takes ? 1 : 0;
            return takes;
        }
    }
}

/// <summary>A layer's output.</summary>
/// <param name="Name">The layer.</param>
/// <param name="StepsBefore">0 for this step's, 1 for the step before's, …</param>
internal sealed record FromName(string Name, int StepsBefore) : FromExpression;

/// <summary>Several outputs made one.</summary>
/// <param name="Operator">',', '+' or '*'.</param>
/// <param name="Operands">At least two.</param>
internal sealed record FromOperation(char Operator, IReadOnlyList<FromExpression> Operands) : FromExpression;
