package org.jennit.rules;

/** What the weights of an attention, its softmax, hand on. */
public enum AttentionWeights {
  /** Relevance to queries and keys, by a Taylor expansion (Achtibat et al. 2024, AttnLRP). */
  TAYLOR,
  /** Nothing: they count as constants (Ali et al. 2022, CP-LRP). */
  CONSTANT
}
