using System.Numerics;
using System.Runtime.InteropServices;

namespace Gateway.Cache.Semantic;

/// <summary>Vectors of length 1, whose product is their cosine.</summary>
internal static class UnitVector
{
    /// <summary>Makes it one.</summary>
    /// <returns>False: it has no direction, or one of its numbers is none.</returns>
    public static bool TryNormalize(Span<float> vector)
    {
        var length = Math.Sqrt(Dot(vector, vector));
        if (!double.IsFinite(length) || length <= 0) return false;
        foreach (ref var x in vector) x = (float)(x / length);
        return true;
    }

    /// <summary>Of two of the same length.</summary>
    public static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var wideA = MemoryMarshal.Cast<float, Vector<float>>(a);
        var wideB = MemoryMarshal.Cast<float, Vector<float>>(b);
        var sums = Vector<float>.Zero;
        for (var i = 0; i < wideA.Length; i++) sums += wideA[i] * wideB[i];
        var sum = (double)Vector.Sum(sums);
        for (var i = wideA.Length * Vector<float>.Count; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
