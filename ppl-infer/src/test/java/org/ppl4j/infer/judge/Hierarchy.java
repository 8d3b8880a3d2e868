package org.ppl4j.infer.judge;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.random.RandomDataGenerator;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Exponential;
import org.ppl4j.distributions.HalfCauchy;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.PosteriorCase;
import org.ppl4j.testing.PosteriorCase.Data;
import org.ppl4j.testing.PosteriorCase.Moments;
import org.ppl4j.testing.PosteriorCases;

/**
 * A model of groups, written in centred form, with moments of its posterior that are known from
 * elsewhere.
 *
 * @param reference by number; it may take long
 */
record Hierarchy(
    String name,
    Program<Data> model,
    Function<NDManager, Data> data,
    Supplier<ImmutableMap<String, Moments>> reference) {

  private static final double[] EFFECTS = {28, 8, -3, 7, -1, 1, 18, 12};
  private static final double[] ERRORS = {15, 10, 16, 11, 9, 11, 10, 18};

  /** Of several sizes, with data that say much or little of each group. */
  static ImmutableList<Hierarchy> all() {
    return ImmutableList.of(
        schools(),
        lines(8, 3, 1),
        lines(20, 10, 1),
        lines(50, 4, 2),
        lines(10, 40, 0.1),
        radon(),
        opposite());
  }

  /** By Stan's draws. */
  static Hierarchy schools() {
    return new Hierarchy(
        "eight schools",
        (p, none) -> {
          NDArray mu = p.sample("mu", Normal.of(0, 5));
          NDArray tau = p.sample("tau", HalfCauchy.of(5));
          try (Plate schools = p.plate("schools", EFFECTS.length)) {
            NDArray theta = p.sample("theta", Normal.of(mu, tau));
            p.observe("y", Normal.of(theta, schools.take(ERRORS)), schools.take(EFFECTS));
          }
        },
        manager -> new Data(ImmutableMap.of()),
        posterior("eight_schools_noncentered")::reference);
  }

  /** By Stan's draws: the model of the case is centred. */
  static Hierarchy radon() {
    PosteriorCase posterior = posterior("radon_variable_intercept");
    return new Hierarchy("radon", posterior.program(), posterior::data, posterior::reference);
  }

  private static PosteriorCase posterior(String name) {
    return PosteriorCases.all()
        .filter(each -> each.getName().equals(name))
        .findFirst()
        .orElseThrow()
        .getPayload();
  }

  /**
   * Lines y = aⱼ + bⱼ x with noise that is known, of groups j; by quadrature over both scales, all
   * else being normal given these.
   */
  static Hierarchy lines(int groups, int rows, double noise) {
    RandomDataGenerator random = new RandomDataGenerator(groups * 1000L + rows);
    int size = groups * rows;
    double[] x = new double[size];
    double[] y = new double[size];
    long[] group = new long[size];
    for (int j = 0; j < groups; j++) {
      double a = random.nextNormal(1, 0.7);
      double b = random.nextNormal(-0.5, 0.4);
      for (int i = j * rows; i < (j + 1) * rows; i++) {
        group[i] = j;
        x[i] = random.nextNormal(0, 1);
        y[i] = a + b * x[i] + random.nextNormal(0, noise);
      }
    }
    Program<Data> model =
        (p, none) -> {
          NDArray muA = p.sample("mu_a", Normal.of(0, 10));
          NDArray muB = p.sample("mu_b", Normal.of(0, 10));
          NDArray tauA = p.sample("tau_a", Exponential.of(1));
          NDArray tauB = p.sample("tau_b", Exponential.of(1));
          NDArray a;
          NDArray b;
          try (Plate all = p.plate("groups", groups)) {
            a = p.sample("a", Normal.of(muA, tauA));
            b = p.sample("b", Normal.of(muB, tauB));
          }
          try (Plate all = p.plate("rows", size)) {
            NDArray of = all.take(p.run().create(group, new Shape(size)));
            NDArray line = p.pick(a, of).add(p.pick(b, of).mul(all.take(x)));
            p.observe("y", Normal.of(line, noise), all.take(y));
          }
        };
    return new Hierarchy(
        "lines of %d groups of %d, noise %s".formatted(groups, rows, noise),
        model,
        manager -> new Data(ImmutableMap.of()),
        () -> new LinesByQuadrature(x, y, groups, rows, noise).moments());
  }

  /**
   * Of 40 students the data have one answer each, of 4 schools 250 each: by long chains of the same
   * model with the first without their location and scale, written by hand.
   */
  static Hierarchy opposite() {
    int students = 40;
    int schools = 4;
    int perSchool = 250;
    RandomDataGenerator random = new RandomDataGenerator(3);
    double[] ofStudents = random.nextDeviates(new NormalDistribution(0, 0.8), students);
    double[] ofSchools = {-1.2, 0.1, 0.6, 1.9};
    double[] single = Arrays.stream(ofStudents).map(u -> answer(random, u)).toArray();
    double[] many =
        IntStream.range(0, schools * perSchool)
            .mapToDouble(i -> answer(random, ofSchools[i / perSchool]))
            .toArray();
    long[] school = IntStream.range(0, many.length).mapToLong(i -> i / perSchool).toArray();
    return new Hierarchy(
        "answers",
        answers(students, single, schools, many, school, false),
        manager -> new Data(ImmutableMap.of()),
        () -> byLongChains(answers(students, single, schools, many, school, true)));
  }

  private static double answer(RandomDataGenerator random, double logit) {
    return random.nextUniform(0, 1) < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
  }

  private static Program<Data> answers(
      int students, double[] single, int schools, double[] many, long[] school, boolean isByHand) {
    return (p, none) -> {
      NDArray mean = p.sample("mean", Normal.of(0, 1));
      NDArray spread = p.sample("spread", Exponential.of(1));
      NDArray level = p.sample("level", Normal.of(0, 2));
      NDArray range = p.sample("range", Exponential.of(0.5));
      try (Plate all = p.plate("students", students)) {
        NDArray student;
        if (isByHand) {
          NDArray z = p.sample("z", Normal.of(0, 1));
          student = p.deterministic("student", z.mul(spread).add(mean));
        } else {
          student = p.sample("student", Normal.of(mean, spread));
        }
        p.observe("single", Bernoulli.logits(student), all.take(single));
      }
      NDArray effect;
      try (Plate all = p.plate("schools", schools)) {
        effect = p.sample("school", Normal.of(level, range));
      }
      try (Plate all = p.plate("rows", many.length)) {
        NDArray logit = p.pick(effect, all.take(p.run().create(school, new Shape(school.length))));
        p.observe("many", Bernoulli.logits(logit), all.take(many));
      }
    };
  }

  private static ImmutableMap<String, Moments> byLongChains(Program<Data> model) {
    try (McmcRun<Data> run =
        Nuts.of(model)
            .asWritten()
            .warmup(2000)
            .draws(10_000)
            .targetAcceptance(0.95)
            .progress(Progress.silent())
            .config(RunConfig.defaults().withSeed(77))
            .run(new Data(ImmutableMap.of()))) {
      ImmutableMap.Builder<String, Moments> moments = ImmutableMap.builder();
      for (String name :
          List.of("mean", "spread", "level", "range", "student[1]", "student[2]", "school[1]")) {
        Summary.Row row = requireNonNull(run.summary().get(name));
        moments.put(name, new Moments(row.mean(), row.sd()));
      }
      return moments.buildOrThrow();
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
