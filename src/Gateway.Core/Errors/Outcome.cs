using System.Diagnostics.CodeAnalysis;

namespace Gateway.Core.Errors;

/// <summary>A value, or the expected failure that stands in its place.</summary>
public readonly record struct Outcome<T>(T? Value, GatewayError? Error)
{
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsOk => Error is null;

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(GatewayError error) => new(default, error);
}
