package org.ppl4j.infer.judge;

/** What chains say of one number of an approximation. */
public enum Verdict {
  /** Mean and standard deviation are those of the chains, where searches looked. */
  RIGHT("right where searches looked"),
  /** One of them is not. */
  OFF("off"),
  /** The chains know one of them too badly. */
  UNKNOWN("cannot tell");

  private final String words;

  Verdict(String words) {
    this.words = words;
  }

  @Override
  public String toString() {
    return words;
  }
}
