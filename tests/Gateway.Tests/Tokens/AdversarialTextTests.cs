using System.Text;
using Gateway.Core.Tokens;

namespace Gateway.Tests.Tokens;

/// <summary>A megabyte that was made to be slow costs about as much as any other: bounded in bytes looked up, a unit that no machine's load changes.</summary>
public sealed class AdversarialTextTests
{
    private const int Size = 1_000_000;

    /// <summary>Measured are 1 to 24: a byte is looked up alone with either neighbour, then as part of ever longer tokens, each time at about twice the length.</summary>
    private const int MostPerByte = 50;

    public static TheoryData<string> Repeated => ["a", "A", " ", "\n", " \n", "!", "1", "ab", "'", "'s", "\u0301", "中", "中A", "😀", "👨‍👩‍👧", "\0", "aA", "-_", "\t "];

    [Theory]
    [MemberData(nameof(Repeated))]
    public void One_thing_over_and_over_is_linear(string unit)
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(unit, Size / Encoding.UTF8.GetByteCount(unit))));
        AssertLinear(text);
    }

    [Theory]
    [InlineData(0, 256)]
    [InlineData('a', 26)]
    [InlineData('A', 58)]
    public void Noise_is_linear(int lowest, int kinds)
    {
        var random = new Random(5);
        AssertLinear([.. Enumerable.Range(0, Size).Select(_ => (byte)(lowest + random.Next(kinds)))]);
    }

    private static void AssertLinear(byte[] text)
    {
        foreach (var encoding in Enum.GetValues<TokenEncoding>())
        {
            Tokenizers.Get(encoding).Count(text, out var bytesLookedUp).Should().BeGreaterThan(0);
            bytesLookedUp.Should().BeLessThan(MostPerByte * (long)Size);
        }
    }
}
