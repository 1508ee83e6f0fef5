using System.Globalization;

namespace Gateway.Providers.Demo.Model;

/// <summary>
/// Vectors of length 1 in which texts with words in common lie close: every word and every three letters in a row add to a component that their hash chooses
/// (feature hashing). No meaning is in them, but a search over them finds what it should.
/// </summary>
internal static class DemoVector
{
    private const double WordWeight = 3;

    public static float[] Of(DemoEmbedInput input, int dimensions)
    {
        var sums = new double[dimensions];
        if (input.Tokens is { } tokens)
        {
            foreach (var token in tokens) Add(sums, token.ToString(CultureInfo.InvariantCulture), WordWeight);
        }
        else
        {
            foreach (var word in Words(input.Text!))
            {
                Add(sums, word, WordWeight);
                for (var i = 0; i + 3 <= word.Length; i++) Add(sums, string.Concat("…", word.AsSpan(i, 3)), 1);
            }
        }

        var length = Math.Sqrt(sums.Sum(static s => s * s));
        if (length > 0) return Array.ConvertAll(sums, s => (float)(s / length));
        var only = new float[dimensions];
        only[new DemoDice(0, 0, input.Text ?? "").Pick(dimensions)] = 1; // no words, or words that cancel each other out
        return only;
    }

    private static void Add(double[] sums, string feature, double weight)
    {
        var hash = new DemoDice(0, 0, feature).Next();
        sums[(int)((hash >> 1) % (ulong)sums.Length)] += (hash & 1) == 0 ? weight : -weight;
    }

    private static IEnumerable<string> Words(string text)
    {
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && char.IsLetterOrDigit(text[i])) continue;
            if (i > start) yield return text[start..i].ToLowerInvariant();
            start = i + 1;
        }
    }
}
