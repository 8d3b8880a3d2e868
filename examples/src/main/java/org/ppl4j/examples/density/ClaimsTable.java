package org.ppl4j.examples.density;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.density.ColumnType;
import org.ppl4j.infer.density.Table;

/**
 * Policies of a motor insurance that does not exist: the driver's age, the region, the fuel and the
 * age of the car (which some have not told), how many years the policy is of, and what was claimed
 * in a year, which most of the time is nothing. Claims have a law, by which they are made.
 */
final class ClaimsTable {

  static final ImmutableList<String> REGIONS = ImmutableList.of("north", "south", "east", "west");

  static final int YOUNGEST = 18;
  static final int OLDEST = 85;

  private static final double[] CLAIMS_IN = {-0.4, 0.7, 0, 0.1};
  private static final double[] DEARER_IN = {0, 0.4, 0.1, 0};
  private static final double MISSING = 0.15;
  private static final double CLAIMS_OF_DIESEL = 0.3;
  private static final double SPREAD = 0.8;

  private ClaimsTable() {}

  /** A policy. */
  record Policy(int age, int region, boolean isDiesel, @Nullable Integer carAge, double exposure) {

    /** The probability of a claim in a year. */
    double probability() {
      double young = 1.6 * Math.exp(-(age - YOUNGEST) / 8.0);
      double old = 0.03 * Math.max(0, age - 60);
      double diesel = isDiesel ? CLAIMS_OF_DIESEL : 0;
      return 1 / (1 + Math.exp(2.2 - young - old - CLAIMS_IN[region] - diesel));
    }

    /** The mean of the logarithm of a claim. */
    double logClaim() {
      return 7.2 + 0.6 * Math.exp(-(age - YOUNGEST) / 10.0) + DEARER_IN[region];
    }

    /** The mean of what is claimed in a year. */
    double premium() {
      return probability() * Math.exp(logClaim() + SPREAD * SPREAD / 2);
    }

    /** What is claimed in a year with a probability at least, no matter how it is rounded. */
    double quantile(double level) {
      double nothing = 1 - probability();
      return level <= nothing
          ? 0
          : Math.exp(Normal.of(logClaim(), SPREAD).icdf((level - nothing) / probability()));
    }

    /** A year's claim, in whole euros. */
    double claim(Random random) {
      return Math.rint(quantile(random.nextDouble()));
    }
  }

  /** So many policies. Young drivers and those of the south have short ones. */
  static List<Policy> policies(int count, long seed) {
    Random random = new Random(seed);
    List<Policy> policies = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int age =
          YOUNGEST + (int) Math.floor((OLDEST - YOUNGEST + 1) * Math.pow(random.nextDouble(), 1.3));
      int region = random.nextInt(REGIONS.size());
      boolean isShort = age < 30 || region == 1;
      policies.add(
          new Policy(
              age,
              region,
              random.nextDouble() < 0.4,
              random.nextDouble() < MISSING ? null : random.nextInt(16),
              Math.rint(100 * (isShort ? 0.05 + 0.4 * random.nextDouble() : 1)) / 100));
    }
    return policies;
  }

  /** A driver of each age, of a region. */
  static List<Policy> ofEachAge(int region) {
    List<Policy> policies = new ArrayList<>();
    for (int age = YOUNGEST; age <= OLDEST; age++) {
      policies.add(new Policy(age, region, false, 5, 1));
    }
    return policies;
  }

  /** As a table, with a claim of each. */
  static Table table(List<Policy> policies, ToDoubleFunction<Policy> claim) {
    List<String> lines = new ArrayList<>();
    lines.add("age,region,fuel,car age,exposure,claim");
    for (Policy policy : policies) {
      lines.add(
          String.join(
              ",",
              String.valueOf(policy.age()),
              REGIONS.get(policy.region()),
              policy.isDiesel() ? "diesel" : "petrol",
              policy.carAge() == null ? "" : String.valueOf(policy.carAge()),
              String.valueOf(policy.exposure()),
              String.valueOf((int) claim.applyAsDouble(policy))));
    }
    try {
      Path file = Files.createTempFile("claims", ".csv");
      try {
        return Table.read(Files.write(file, lines))
            .as("car age", ColumnType.COUNT)
            .as("claim", ColumnType.NUMBER);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
