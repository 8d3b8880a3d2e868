package org.ppl4j.testing;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.ppl4j.distributions.Delta;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Stable;

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
            CutCases.all(),
            MixtureCases.all(),
            DiscreteCases.all(),
            CountCases.all(),
            RelaxedCases.all(),
            ShapedCases.all(),
            MultivariateCases.all(),
            MatrixCases.all(),
            StructuralCases.all())
        .flatMap(List::stream);
  }

  /** The row of that name. */
  public static DistributionCase named(String name) {
    return rows().filter(row -> row.name().equals(name)).findFirst().orElseThrow();
  }

  /** A point mass, which has no density for the laws. */
  private static final DistributionCase.ReferenceFamily DELTA =
      new DistributionCase.ReferenceFamily(
          "Delta", p -> Delta.of(p.get("v"), p.get("log_density"), 0));

  /** Its density is too dear for the laws; it has a test of its own. */
  private static final DistributionCase.ReferenceFamily STABLE =
      new DistributionCase.ReferenceFamily(
          "Stable",
          p -> Stable.of(p.get("stability"), p.get("skew"), p.get("scale"), p.get("loc")));

  /** How the reference's parameters make a distribution of the family that it calls so. */
  public static Optional<Function<ReferenceParameters, Distribution>> reference(String family) {
    return Stream.concat(rows().map(DistributionCase::reference), Stream.of(DELTA, STABLE))
        .filter(Objects::nonNull)
        .filter(reference -> reference.name().equals(family))
        .map(DistributionCase.ReferenceFamily::family)
        .findFirst();
  }
}
