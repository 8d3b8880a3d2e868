package org.ppl4j.infer.mcmc;

/** The metrics of the library. */
enum Learned implements Metric {
  LOW_RANK {
    @Override
    public MassEstimate estimate(int size) {
      return new FisherEstimate(size);
    }
  },

  DIAGONAL {
    @Override
    public MassEstimate estimate(int size) {
      return new Welford(size, false);
    }
  },

  DENSE {
    @Override
    public MassEstimate estimate(int size) {
      return new Welford(size, true);
    }
  }
}
