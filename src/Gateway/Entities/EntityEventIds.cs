namespace Gateway.Entities;

/// <summary>Log event ids of what the admin API owns: 1600 to 1699.</summary>
internal static class EntityEventIds
{
    public const int Skipped = 1600;
    public const int InForce = 1601;
    public const int StoreFailed = 1602;
    public const int StoreWorksAgain = 1603;
    public const int Failed = 1604;
    public const int Changed = 1605;
    public const int NotEnded = 1606;
    public const int FunctionWithoutPrompt = 1607;
}
