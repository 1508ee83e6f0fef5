using System.Security.Cryptography;
using System.Text;
using Gateway.Auth;

namespace Gateway.Tests.Auth;

public class KeyMakerTests
{
    [Fact]
    public void A_key_has_an_id_a_secret_a_checksum_and_a_digest()
    {
        var keys = Enumerable.Range(0, 1000).Select(static _ => KeyMaker.Make(KeyMaker.KeyPrefix)).ToList();

        keys.Should().OnlyContain(static k => k.Text.Length == 6 + 12 + 1 + 43 + 6 && k.Text.StartsWith($"sk-gw-{k.Id}-", StringComparison.Ordinal));
        keys.Should().OnlyContain(static k => KeyMaker.Checksum(k.Text.Substring(0, 62)) == k.Text.Substring(62));
        keys.Should().OnlyContain(static k => k.Hash == Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(k.Text))));
        keys.Select(static k => k.Text).Should().OnlyHaveUniqueItems();
        keys[0].ToString().Should().Be(keys[0].Id, "printing one by accident must not show it");
    }

    [Fact]
    public void A_character_that_is_mistyped_breaks_the_checksum() =>
        KeyMaker.Checksum("sk-gw-a").Should().HaveLength(6).And.NotBe(KeyMaker.Checksum("sk-gw-b"));
}
