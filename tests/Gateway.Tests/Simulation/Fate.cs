namespace Gateway.Tests.Simulation;

/// <summary>What an upstream says of its usage.</summary>
internal enum SimUsage
{
    None,

    /// <summary>In a whole answer, or in the chunk before the end of a stream.</summary>
    AtEnd,

    /// <summary>With every event of a stream, so far.</summary>
    Running,
}

/// <summary>A part of an answer.</summary>
internal enum SimPart
{
    /// <summary>A whole answer, or an event of a stream.</summary>
    Words,

    /// <summary>The first half of that.</summary>
    Half,

    /// <summary>The event with the reason to finish.</summary>
    Finish,

    /// <summary>The usage chunk.</summary>
    Usage,

    /// <summary>The terminal marker.</summary>
    Done,

    /// <summary>An error as an event, or in place of a whole answer.</summary>
    Error,

    /// <summary>The connection ends in good order.</summary>
    End,

    /// <summary>The connection breaks.</summary>
    Tear,
}

/// <param name="After">Whole milliseconds since the part before, or since status and headers.</param>
/// <param name="Words">Of <see cref="SimPart.Words"/>; each is one token and three bytes.</param>
internal readonly record struct SimPiece(SimPart Part, TimeSpan After, int Words = 0);

/// <summary>What an upstream does with one attempt.</summary>
/// <param name="Head">Whole milliseconds until its status and headers.</param>
/// <param name="Pieces">Of answers with status 200.</param>
/// <param name="Input">Tokens it reports.</param>
/// <param name="Output">Tokens it reports, but for those that run.</param>
/// <param name="ErrorStatus">What an error inside the answer says that its status should have been; null: nothing.</param>
internal sealed record Fate(int Status, TimeSpan Head, IReadOnlyList<SimPiece> Pieces, SimUsage Usage, int Input, int Output, int? ErrorStatus)
{
    /// <summary>It breaks before its first byte.</summary>
    public bool Breaks => Pieces[0].Part == SimPart.Tear;

    private static readonly int[] Failures = [500, 503, 429, 408, 400];

    private static readonly int?[] ErrorStatuses = [null, 500, 429, 400];

    /// <param name="failing">Percent of attempts that fail before they have said anything.</param>
    public static Fate Draw(Random random, int failing, bool stream)
    {
        var status = random.Next(100) < failing ? Failures[random.Next(Failures.Length)] : 200;
        var (head, pace) = (TimeSpan.FromMilliseconds(random.Next(1, 3_000)), TimeSpan.FromMilliseconds(random.Next(1, 400)));
        var pieces = stream ? Streamed(random, pace) : [.. Whole(random, pace)];
        var usage = random.Next(4) switch { 0 => SimUsage.None, 1 when stream => SimUsage.Running, _ => SimUsage.AtEnd };
        return new(status, head, pieces, usage, random.Next(1, 30), random.Next(1, 20), ErrorStatuses[random.Next(ErrorStatuses.Length)]);
    }

    private static IEnumerable<SimPiece> Whole(Random random, TimeSpan pace)
    {
        var how = random.Next(20);
        yield return new(how switch { 0 or 1 => SimPart.Half, 2 => SimPart.Error, _ => SimPart.Words }, pace, random.Next(1, 9));
        if (how < 2) yield return new(how == 0 ? SimPart.End : SimPart.Tear, pace);
    }

    private static List<SimPiece> Streamed(Random random, TimeSpan pace)
    {
        var how = random.Next(12);
        List<SimPiece> pieces = [.. Enumerable.Range(0, random.Next(how < 5 ? 0 : 1, 7)).Select(_ => new SimPiece(SimPart.Words, pace, random.Next(1, 7)))];
        if (how is 0 or 1 && random.Next(2) == 0) pieces.Add(new(SimPart.Half, pace));
        if (how < 5) pieces.Add(new(how < 2 ? SimPart.Tear : how == 2 ? SimPart.End : SimPart.Error, pace));
        else pieces.AddRange([new(SimPart.Finish, pace), new(SimPart.Usage, random.Next(2) == 0 ? pace : default), how == 5 ? new(SimPart.End, pace) : new(SimPart.Done, default)]);
        return pieces;
    }
}
