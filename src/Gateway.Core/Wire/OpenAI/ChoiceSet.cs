namespace Gateway.Core.Wire.OpenAI;

/// <summary>Some of an answer's choices, by their <c>index</c>. A value; nothing here allocates.</summary>
public readonly record struct ChoiceSet
{
    /// <summary>Choices that can be told apart: as many as OpenAI lets a request ask for (<c>n</c>).</summary>
    public const int Capacity = 128;

    private readonly UInt128 _bits;
    private readonly bool _hasOthers;

    private ChoiceSet(UInt128 bits, bool hasOthers) => (_bits, _hasOthers) = (bits, hasOthers);

    /// <summary>How many there are of those that can be told apart.</summary>
    public int Count => (int)UInt128.PopCount(_bits);

    public bool IsEmpty => _bits == 0 && !_hasOthers;

    /// <summary>This set and one more choice. One outside 0 to <see cref="Capacity"/> - 1 is in the set, and cannot be found in it.</summary>
    public ChoiceSet With(long index) => index is >= 0 and < Capacity ? new(_bits | (UInt128.One << (int)index), _hasOthers) : new(_bits, true);

    public ChoiceSet With(in ChoiceSet more) => new(_bits | more._bits, _hasOthers || more._hasOthers);

    /// <returns>False also for a choice outside 0 to <see cref="Capacity"/> - 1.</returns>
    public bool Has(long index) => index is >= 0 and < Capacity && (_bits >> (int)index & 1) == 1;

    /// <summary>Whether every choice of <paramref name="others"/> is here. Not, where it has one that cannot be told from others.</summary>
    public bool Covers(in ChoiceSet others) => (others._bits & ~_bits) == 0 && !others._hasOthers;
}
