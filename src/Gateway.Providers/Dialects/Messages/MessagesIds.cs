namespace Gateway.Providers.Dialects.Messages;

internal static class MessagesIds
{
    /// <summary>For a call that its provider gave none: clients tell calls apart by it.</summary>
    public static string OfCall(string requestId, int call) => $"toolu_{requestId}_{call}";
}
