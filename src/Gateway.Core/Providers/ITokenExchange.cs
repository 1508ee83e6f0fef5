using Gateway.Core.Errors;

namespace Gateway.Core.Providers;

/// <summary>How a provider gives access tokens. Pure: the host sends, keeps the token and asks for the next one in time. Used by one at a time.</summary>
public interface ITokenExchange
{
    Uri Address { get; }

    /// <summary>The form to post.</summary>
    string Form(DateTimeOffset now);

    /// <summary>The token, or why there is none.</summary>
    Outcome<AccessToken> Read(int status, ReadOnlySpan<byte> body);
}

/// <param name="Lifetime">From now on.</param>
public sealed record AccessToken(string Value, TimeSpan Lifetime)
{
    public override string ToString() => "***";
}
