namespace Gateway.Admission;

/// <summary>A stretch of time in UTC ticks: <paramref name="Start"/> is inside, <paramref name="End"/> is not.</summary>
internal sealed record CalendarWindow(long Start, long End)
{
    /// <summary>The one window of a budget that never begins anew.</summary>
    public static readonly CalendarWindow Always = new(0, long.MaxValue);

    public bool Contains(long utcTicks) => utcTicks >= Start && utcTicks < End;

    /// <summary>Null for <see cref="Always"/>.</summary>
    public DateTimeOffset? StartsAt => this == Always ? null : new DateTimeOffset(Start, TimeSpan.Zero);

    /// <summary>Null for <see cref="Always"/>.</summary>
    public DateTimeOffset? EndsAt => this == Always ? null : new DateTimeOffset(End, TimeSpan.Zero);
}
