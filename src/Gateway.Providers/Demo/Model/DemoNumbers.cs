namespace Gateway.Providers.Demo.Model;

/// <summary>Numbers that fit a schema's range.</summary>
internal static class DemoNumbers
{
    /// <summary>How far above its lower bound a number is looked for.</summary>
    private const decimal Reach = 99;

    /// <summary>Beyond this, JSON numbers are no longer exact where they are read as doubles (RFC 8259, section 6).</summary>
    private const decimal MaxExact = 9007199254740991;

    /// <summary>A division by this one drops the zeros at the end: 3.60 becomes 3.6.</summary>
    private const decimal WithoutZeros = 1.0000000000000000000000000000m;

    private const decimal Finest = 0.0000000001m;

    /// <summary>Null: there is none.</summary>
    /// <param name="turn">Tells the items of an array apart; or <see cref="DemoFiller.Alone"/>.</param>
    public static decimal? Integer(DemoSchema schema, DemoHints hints, DemoDice dice, int turn)
    {
        var step = schema.Numbers("multipleOf").Where(static m => m > 0).Select(WholeMultiple).DefaultIfEmpty(1).Max();
        return Find(schema, hints, dice, turn, step, free: false);
    }

    public static decimal? Number(DemoSchema schema, DemoHints hints, DemoDice dice, int turn)
    {
        var step = schema.Numbers("multipleOf").Where(static m => m > 0).DefaultIfEmpty(0).Max();
        if (step > 0) return Find(schema, hints, dice, turn, step, free: false);
        // Without a step, finer and finer ones until one falls into the range.
        foreach (var fine in (ReadOnlySpan<decimal>)[0.5m, 0.01m, 0.0001m, 0.00000001m])
            if (Find(schema, hints, dice, turn, fine, free: true) is { } found) return found;
        return null;
    }

    /// <param name="free">The step is ours: any number between the bounds will do.</param>
    private static decimal? Find(DemoSchema schema, DemoHints hints, DemoDice dice, int turn, decimal step, bool free)
    {
        var least = schema.Numbers("minimum").DefaultIfEmpty(decimal.MinValue).Max();
        var most = schema.Numbers("maximum").DefaultIfEmpty(decimal.MaxValue).Min();
        var above = schema.Numbers("exclusiveMinimum").DefaultIfEmpty(decimal.MinValue).Max();
        var below = schema.Numbers("exclusiveMaximum").DefaultIfEmpty(decimal.MaxValue).Min();
        var floor = Math.Max(least, above);
        var ceiling = Math.Min(most, below);
        // Outside of these a decimal would overflow in what follows.
        if (step is < Finest or > MaxExact || floor > MaxExact || ceiling < -MaxExact)
            return FirstOf([0, least, most], n => Within(n) && (free || n == 0 || (step >= 1 && n % step == 0)));
        if (turn < 0 && hints.Number() is { } hint && Within(hint) && (free || hint % step == 0)) return hint;

        ceiling = Math.Min(ceiling, MaxExact);
        var from = floor > -MaxExact ? floor : Math.Min(1, ceiling - Reach);
        var first = Math.Ceiling(from / step) * step;
        if (first <= above) first += step;
        if (!Within(first)) return null;
        var last = Math.Floor(Math.Min(ceiling, first + (Reach * Math.Max(step, 1))) / step) * step;
        if (last >= below) last -= step;
        var places = (int)Math.Min(((last - first) / step) + 1, 100);
        return (first + ((turn < 0 ? dice.Pick(places) : turn % places) * step)) / WithoutZeros;

        bool Within(decimal number) => number >= least && number <= most && number > above && number < below;
    }

    private static decimal? FirstOf(ReadOnlySpan<decimal> candidates, Predicate<decimal> fits)
    {
        foreach (var candidate in candidates)
            if (fits(candidate)) return candidate;
        return null;
    }

    /// <summary>The least whole number that is a multiple: 0.5 becomes 1, 1.5 becomes 3.</summary>
    private static decimal WholeMultiple(decimal step)
    {
        var whole = step;
        for (var i = 0; i < 12 && whole % 1 != 0; i++) whole += step;
        return whole % 1 == 0 ? whole : Math.Ceiling(step);
    }
}
