namespace Gateway.Tests.Telemetry.Logs;

/// <summary>Text that tries to leave its field, its line, or the terminal.</summary>
public static class HostileText
{
    private static readonly string[] Texts =
    [
        "\n{\"level\":\"info\",\"msg\":\"forged\"}",
        "\r\nHTTP/1.1 200 OK\r\n",
        "\",\"key\":\"admin\",\"x\":\"",
        "\u001b[2J\u001b[31mred\u001b]0;title\u0007",
        "back\\slash and \"quotes\" and \\",
        "nul\0 bell\a del\u007f c1\u0085\u009b",
        "line\u2028and\u2029paragraph",
        "lone \ud800 surrogate",
        "other lone \udc00 surrogate",
        "</script><script>alert(1)</script>",
        "café 模型 🙂",
        "'; DROP TABLE ledger; --",
        "{RequestId} {0} %s ${jndi:ldap://x}",
    ];

    public static TheoryData<string> All => new(Texts);

    /// <summary>What a reader of the line must see.</summary>
    public static string Shown(string text) =>
        System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));

    public static void ShouldBeHarmless(string line) =>
        line.Should().NotContainAny("\r", "\n", "\u001b", "\0", "\u0085", "\u009b", "\u2028", "\u2029", "\u007f");
}
