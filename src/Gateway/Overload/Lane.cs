namespace Gateway.Overload;

/// <summary>The waiting requests of one owner, first come first served. A link of the ring of owners that have any; <see cref="FairQueue"/> alone writes to it.</summary>
internal sealed class Lane(LaneName name)
{
    public LaneName Name { get; } = name;

    /// <summary>Requests it is served in a row when its turn comes.</summary>
    public int Weight { get; set; }

    /// <summary>What is left of the turn it has.</summary>
    public int Deficit { get; set; }

    public int Count { get; set; }

    /// <summary>The oldest.</summary>
    public Waiter? First { get; set; }

    /// <summary>The newest.</summary>
    public Waiter? Last { get; set; }

    public Lane? Previous { get; set; }

    public Lane? Next { get; set; }
}
