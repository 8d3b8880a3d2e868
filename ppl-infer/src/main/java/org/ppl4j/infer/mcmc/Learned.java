package org.ppl4j.infer.mcmc;

/** A metric of the library's, with its name. */
record Learned(String name, Metric of) implements Metric {

  @Override
  public MassEstimate estimate(int size) {
    return of.estimate(size);
  }

  @Override
  public String toString() {
    return name;
  }
}
