package org.ppl4j.examples.launcher;

import com.google.common.collect.ImmutableList;

/** How an example finds its posterior, where it has a choice; {@link ExampleModel} does it. */
public enum InferenceMethod {
  /** What suits is found, and says whether it is right. */
  INFERENCE("inference"),
  /** A guide is fitted. */
  SVI("svi"),
  /** Chains of the no-U-turn sampler. */
  NUTS("nuts"),
  /** The normal approximation at the mode, weighted. */
  LAPLACE("laplace"),
  /** Normal approximations on the way to the mode, draws chosen by weights. */
  PATHFINDER("pathfinder");

  /** The option of the command line. */
  public static final ExampleOption<InferenceMethod> OPTION =
      ExampleOption.oneOf(
          "method",
          "How the posterior is found: by a guide (svi, the default unless the example is of"
              + " differential equations), by what suits (inference), by chains (nuts, their"
              + " default), where steps are iterations of warm-up, and draws, of each, or by normal"
              + " approximations, of which steps are the draws: at the mode, with weights"
              + " (laplace), or on the way there (pathfinder).",
          ImmutableList.copyOf(values()));

  private final String word;

  InferenceMethod(String word) {
    this.word = word;
  }

  /** The one that the options name; a guide if they name none. */
  public static InferenceMethod of(ExampleOptions options) {
    return options.get(OPTION).orElse(SVI);
  }

  /** As the command line has it. */
  @Override
  public String toString() {
    return word;
  }
}
