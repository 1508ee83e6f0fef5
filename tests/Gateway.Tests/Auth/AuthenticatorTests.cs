using Gateway.Auth;
using Gateway.Config;
using Gateway.Core.Errors;
using Gateway.Routing;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Auth;

public sealed class AuthenticatorTests : IDisposable
{
    private const string Key = "sk-0123456789abcdefghij-one";

    private readonly KeyHasher _hasher = new();
    private readonly ManualTime _time = new();
    private ShownKey? _connection;

    public void Dispose() => _hasher.Dispose();

    [Theory]
    [InlineData("Authorization", "Bearer " + Key)]
    [InlineData("authorization", "bearer " + Key)]
    [InlineData("x-api-key", Key)]
    [InlineData("api-key", Key)]
    [InlineData("x-goog-api-key", Key)]
    public void Every_header_carries_the_same_credential(string header, string value) => Ask((header, value)).Value!.Name.Should().Be("one");

    [Theory]
    [InlineData("Authorization", "Basic " + Key)]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("Authorization", "Bearer sk-0123456789abcdefghij-two")]
    [InlineData("Authorization", "Bearer " + Key + "x")]
    [InlineData("x-api-key", "")]
    [InlineData("x-other", Key)]
    public void Anything_else_is_401_and_never_quoted(string header, string value)
    {
        var error = Ask((header, value)).Error!;
        error.Kind.Should().Be(ErrorKind.InvalidApiKey);
        error.Message.Should().NotContain("sk-0123");
    }

    [Fact]
    public void Two_credentials_that_differ_are_400_and_the_same_one_twice_is_one()
    {
        Ask(("Authorization", "Bearer " + Key), ("x-api-key", Key)).IsOk.Should().BeTrue();
        Ask(("Authorization", "Bearer " + Key), ("x-api-key", "sk-another-key")).Error!.Kind.Should().Be(ErrorKind.InvalidRequest);
    }

    [Fact]
    public void A_credential_too_long_to_be_a_key_is_401() => Ask(("x-api-key", new string('k', 5000))).Error!.Kind.Should().Be(ErrorKind.InvalidApiKey);

    [Fact]
    public void A_key_is_valid_up_to_its_end_and_not_after()
    {
        var end = _time.GetUtcNow().AddHours(1);
        Ask(end, ("x-api-key", Key)).IsOk.Should().BeTrue();
        _time.Advance(TimeSpan.FromHours(1) + TimeSpan.FromTicks(1));
        Ask(end, ("x-api-key", Key)).Error!.Message.Should().Contain("expired");
    }

    [Fact]
    public void A_connection_that_showed_one_key_can_show_another_and_the_first_again()
    {
        _connection = new();
        Ask(("Authorization", "Bearer " + Key)).Value!.Name.Should().Be("one");
        Ask(("Authorization", "Bearer sk-0123456789abcdefghij-two")).Error!.Kind.Should().Be(ErrorKind.InvalidApiKey);
        Ask(("x-api-key", Key[..^1])).Error!.Kind.Should().Be(ErrorKind.InvalidApiKey);
        Ask(("Authorization", "Bearer " + Key)).Value!.Name.Should().Be("one");
    }

    [Fact]
    public void A_key_that_a_connection_showed_before_is_refused_once_it_has_expired()
    {
        _connection = new();
        var end = _time.GetUtcNow().AddHours(1);
        Ask(end, ("x-api-key", Key)).IsOk.Should().BeTrue();
        _time.Advance(TimeSpan.FromHours(2));
        Ask(end, ("x-api-key", Key)).Error!.Message.Should().Contain("expired");
    }

    [Fact]
    public void A_key_that_a_connection_showed_before_is_not_hashed_again()
    {
        _connection = new();
        Ask(("x-api-key", Key)).IsOk.Should().BeTrue();
        _connection.TryGet(Key, out var digest).Should().BeTrue();
        digest.Equals(_hasher.Digest(KeyHash.Of(new(Key)))).Should().BeTrue();
        _connection.TryGet(Key + "x", out _).Should().BeFalse();
    }

    [Fact]
    public void Digests_differ_from_process_to_process_and_hashes_name_the_same_key()
    {
        using var other = new KeyHasher();
        _hasher.TryDigest(Key, out var mine).Should().BeTrue();
        other.TryDigest(Key, out var theirs).Should().BeTrue();

        mine.Equals(theirs).Should().BeFalse();
        mine.Equals(_hasher.Digest(KeyHash.Of(new(Key)))).Should().BeTrue();
    }

    private Outcome<KeyEntry> Ask(params (string Name, string Value)[] headers) => Ask(null, headers);

    private Outcome<KeyEntry> Ask(DateTimeOffset? expires, params (string Name, string Value)[] headers)
    {
        _hasher.TryDigest(Key, out var digest);
        var entry = new KeyEntry { Name = "one", Models = null, Config = new() { Name = "one", Hash = default, Expires = expires } };
        var snapshot = new GatewaySnapshot
        {
            Generation = 1,
            Config = new GatewayConfig(),
            Keys = new Dictionary<KeyDigest, KeyEntry> { [digest] = entry },
            Models = new ModelTable([], [], [], static (_, _) => null),
            Configured = [],
        };
        var http = new DefaultHttpContext();
        http.Features.Set(_connection);
        foreach (var (name, value) in headers) http.Request.Headers.Append(name, value);
        return new Authenticator(_hasher, _time).Authenticate(http, snapshot);
    }
}
