package org.ppl4j.testing;

import java.util.List;

/** The rows of vectors and matrices. */
final class MultivariateCases {

  private MultivariateCases() {}

  static List<DistributionCase> all() {
    return List.of();
  }
}
