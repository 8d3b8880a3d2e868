package org.ppl4j.testing;

import java.util.List;
import java.util.stream.Stream;

/** The table of distributions: a new family is a row of one of its parts, and all laws hold. */
public final class DistributionCases {

  private DistributionCases() {}

  /**
   * Every row. An aid while a family is being written: with the system property {@code row}, only
   * those whose names begin with it.
   */
  public static List<DistributionCase> all() {
    String prefix = System.getProperty("row", "");
    return rows().filter(row -> row.name().startsWith(prefix)).toList();
  }

  private static Stream<DistributionCase> rows() {
    return Stream.of(
            ContinuousCases.all(),
            LocationScaleCases.all(),
            PowerCases.all(),
            DiscreteCases.all(),
            MultivariateCases.all(),
            StructuralCases.all())
        .flatMap(List::stream);
  }

  /** The row of that name. */
  public static DistributionCase named(String name) {
    return rows().filter(row -> row.name().equals(name)).findFirst().orElseThrow();
  }
}
