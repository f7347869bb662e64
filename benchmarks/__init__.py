"""How fast the policy pack is, beside cfn-guard and checkov with rules of equal meaning on the same resources."""
