package org.ppl4j.testing;

import java.util.List;
import java.util.stream.Stream;

/** The table of distributions: a new family is a row of one of its parts, and all laws hold. */
public final class DistributionCases {

  private DistributionCases() {}

  /** Every row. */
  public static List<DistributionCase> all() {
    return Stream.of(
            ContinuousCases.all(),
            DiscreteCases.all(),
            MultivariateCases.all(),
            StructuralCases.all())
        .flatMap(List::stream)
        .toList();
  }

  /** The row of that name. */
  public static DistributionCase named(String name) {
    return all().stream().filter(row -> row.name().equals(name)).findFirst().orElseThrow();
  }
}
