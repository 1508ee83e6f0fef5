using Gateway.Config;

namespace Gateway.Tests.Config;

/// <summary>Access keys from AWS's credentials file.</summary>
public sealed class AwsProfileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("[default]\naws_access_key_id=AKIA1\naws_secret_access_key=s1\n[b]\naws_access_key_id=AKIA2\naws_secret_access_key=s2", "default", "AKIA1", "s1", null)]
    [InlineData("; a\r\n[default]\r\nx=y\r\n[ b ]\r\n# c\r\nAWS_ACCESS_KEY_ID = AKIA2 \r\n aws_secret_access_key = s=2\r\naws_session_token=t\r\n", "b", "AKIA2", "s=2", "t")]
    public void A_section_is_a_key(string file, string name, string id, string secret, string? token)
    {
        AwsProfile.TryRead(name, With(file), out var profile).Should().BeNull();

        (profile!.AccessKeyId, profile.SecretAccessKey.Reveal(), profile.SessionToken?.Reveal()).Should().Be((id, secret, token));
        profile.ToString().Should().NotContain(secret);
    }

    [Theory]
    [InlineData("[default]\naws_access_key_id=AKIA1\naws_secret_access_key=s1", "other", "has no section [other]")]
    [InlineData("[default]\naws_access_key_id=AKIA1", "default", "must have aws_access_key_id and aws_secret_access_key")]
    [InlineData("[default]\naws_access_key_id=\naws_secret_access_key=s1", "default", "must have aws_access_key_id and aws_secret_access_key")]
    [InlineData("[default]\naws_access_key_id=AKIA1\naws_secret_access_key=s é", "default", "not ASCII")]
    [InlineData("aws_access_key_id=AKIA1", "default", "has no section")]
    public void What_is_wrong_is_said_without_the_secret(string file, string name, string message)
    {
        AwsProfile.TryRead(name, With(file), out _).Should().Contain(message).And.NotContain("s1").And.NotContain("AKIA1");
    }

    [Fact]
    public void A_file_that_is_not_there_or_not_known_is_an_error()
    {
        AwsProfile.TryRead("a", new(new Dictionary<string, string>()), out _).Should().Contain("set AWS_SHARED_CREDENTIALS_FILE");
        AwsProfile.TryRead("a", new(new Dictionary<string, string> { ["HOME"] = _folder.Root }), out _).Should().Contain("there is no such file: ~/.aws/credentials");
    }

    [Fact]
    public void Without_the_variable_it_is_in_the_home_directory()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Root, ".aws"));
        File.WriteAllText(Path.Combine(_folder.Root, ".aws", "credentials"), "[a]\naws_access_key_id=i\naws_secret_access_key=s");

        AwsProfile.TryRead("a", new(new Dictionary<string, string> { ["HOME"] = _folder.Root }), out var profile).Should().BeNull();

        profile!.AccessKeyId.Should().Be("i");
    }

    public void Dispose() => _folder.Dispose();

    private EnvironmentSource With(string file)
    {
        return new(new Dictionary<string, string> { ["AWS_SHARED_CREDENTIALS_FILE"] = _folder.Write("credentials", file) });
    }
}
