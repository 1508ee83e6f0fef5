namespace Gateway.Core.Usage;

/// <summary>Which of its price lists the provider billed by.</summary>
public enum ServiceTier { Standard, Priority, Flex, Batch }
