using System.Text;

namespace Gateway.FakeUpstream;

/// <summary>Cuts what the model says into the pieces of a stream.</summary>
internal static class Pieces
{
    public static int Count(Script script) => Math.Max(1, script.Chunks ?? 3);

    /// <summary>Made one by one: a stream of 200 MB is not to cost 200 MB.</summary>
    public static IEnumerable<string> Of(Script script)
    {
        var count = Count(script);
        if (script.Text is null)
            return script.Pad > 0
                ? Enumerable.Repeat(new string('x', script.Pad), count)
                : Enumerable.Range(0, count).Select(static i => $"tok{i} ");

        // Never between the halves of a surrogate pair: a real model's pieces are whole characters.
        var runes = script.Text.EnumerateRunes().ToArray();
        return Enumerable.Range(0, count).Select(i =>
        {
            var piece = new StringBuilder();
            foreach (var rune in runes[(runes.Length * i / count)..(runes.Length * (i + 1) / count)])
                piece.Append(rune);
            return piece.ToString();
        });
    }
}
