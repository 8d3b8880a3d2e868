package org.ppl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.ImmutableDoubleArray;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Beta;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.distributions.RelaxedBernoulliStraightThrough;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.handlers.Mask;
import org.ppl4j.handlers.Particles;
import org.ppl4j.handlers.Replay;
import org.ppl4j.handlers.Scale;
import org.ppl4j.handlers.SumOut;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.LogDistances;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.TensorFile;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.Sandbox;
import org.ppl4j.transforms.Bijections;

/** A saved trace is replayed to the bit, as the detached one that it was. */
@ExtendWith(LeakCheck.class)
class SavedTraceTest {

  @TempDir private Path folder;

  /** Sites of every kind, near to the end of their support, discrete, of no element, not finite. */
  private static final Program<Void> ALL =
      (p, none) -> {
        p.sample("number", Normal.of(0.1, 3));
        p.sample("tiny", Gamma.of(0.001, 1));
        p.sample("near one", Beta.of(1, 0.001));
        p.sample("soft", RelaxedBernoulliStraightThrough.logits(0.5, p.scalar(1.5)));
        p.sample(
            "positive",
            TransformedDistribution.of(Normal.of(0, 1), Bijections.exp()),
            Constraint.POSITIVE);
        p.sample("switch", Bernoulli.probs(0.4));
        p.sample("vector", Normal.standard(3).toEvent(1));
        p.auxiliary("helper", Normal.of(0, 1));
        try (Plate rows = p.plate("rows", 9, 3)) {
          p.sample("count", Poisson.of(2.5));
          NDArray seen = rows.take(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
          p.observe("seen", Normal.of(0, 5), seen, seen.gt(4));
        }
        try (Plate rows = p.plate(PlateSpec.of("picked", 5).indices(Tensors.integers(4, 0)))) {
          p.sample("class", Categorical.probs(Tensors.vector(0.2, 0.5, 0.3)));
        }
        p.scan("t", 4, p.scalar(0), (q, t, before) -> q.sample("walk", Normal.of(before, 1)));
        p.factor("weight", p.run().create(new double[] {-1.5, 0.25}, new Shape(2)).sum());
        p.deterministic("wholes", p.constant(new long[] {1L << 53, -3}));
        p.deterministic("truths", p.constant(new boolean[] {true, false}));
        p.deterministic("nothing", p.run().zeros(new Shape(0)));
        p.deterministic(
            "odd",
            p.run()
                .create(
                    new double[] {Double.NaN, Double.NEGATIVE_INFINITY, -0.0, Double.MIN_NORMAL},
                    new Shape(2, 2)));
      };

  private static RunConfig config(FloatType type) {
    return RunConfig.defaults().withSeed(7).withFloatType(type);
  }

  /** The bits of values and log probabilities by site. */
  private static Map<String, List<ImmutableDoubleArray>> bits(Trace trace) {
    Map<String, List<ImmutableDoubleArray>> bits = new LinkedHashMap<>();
    for (SampleSite site : trace.sites()) {
      bits.put(
          site.name(),
          List.of(
              ImmutableDoubleArray.copyOf(Tensors.values(site.value())),
              ImmutableDoubleArray.copyOf(Tensors.values(site.masked(site.logProb())))));
    }
    return bits;
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void whatIsLoadedIsWhatWasSaved(FloatType type) {
    Path file = folder.resolve("trace");
    try (Sandbox sandbox = Sandbox.open(config(type), 3)) {
      Trace trace = sandbox.record(ALL);
      SavedTrace.of(sandbox.run(), trace).save(file);
      SavedTrace saved = SavedTrace.load(file);

      assertThat(saved.config()).isEqualTo(config(type));
      assertThat(saved.counter()).isEqualTo(3);
      assertThat(bits(saved.trace())).isEqualTo(bits(trace));
      assertThat(saved.trace()).hasToString(trace.toString());
      assertThat(saved.trace().plates()).hasToString(trace.plates().toString());
      for (SampleSite site : trace.sites()) {
        SampleSite own = saved.trace().site(site.name());
        assertThat(own.kind()).isEqualTo(site.kind());
        assertThat(own.scale()).isEqualTo(site.scale());
        assertThat(own.isAuxiliary()).isEqualTo(site.isAuxiliary());
        assertThat(own.plates()).hasToString(site.plates().toString());
        assertThat(own.value().getShape()).isEqualTo(site.value().getShape());
        assertThat(own.value().getDataType().isInteger())
            .isEqualTo(site.value().getDataType().isInteger());
      }
      assertThat(saved.trace().site("positive").knownSupport()).isEqualTo(Constraint.POSITIVE);
      assertThatThrownBy(() -> saved.trace().site("number").distribution())
          .isInstanceOf(IllegalStateException.class);
      if (type == FloatType.FLOAT64) {
        assertThat(Sandbox.number(saved.trace().logJoint()))
            .isEqualTo(Sandbox.number(trace.logJoint()));
      }
    }
  }

  /** In another run, with other noise, as the detached trace is. */
  @ParameterizedTest
  @EnumSource(FloatType.class)
  void whatIsLoadedIsReplayed(FloatType type) {
    Path file = folder.resolve("trace");
    try (NDManager manager = NDManager.newBaseManager()) {
      Trace detached;
      try (Sandbox sandbox = Sandbox.open(config(type), 3)) {
        Trace trace = sandbox.record(ALL);
        detached = trace.detached(manager);
        SavedTrace.of(sandbox.run(), trace).save(file);
      }
      try (Sandbox other = Sandbox.open(config(type).withSeed(8), 99)) {
        Trace wanted = other.record(ALL, new Replay(detached));
        Trace found = other.record(ALL, new Replay(SavedTrace.load(file).trace()));

        assertThat(bits(found)).isEqualTo(bits(wanted));
        assertThat(Sandbox.number(found.logJoint())).isEqualTo(Sandbox.number(wanted.logJoint()));
        assertThat(Tensors.values(found.plates().get(0).indices()))
            .isEqualTo(Tensors.values(detached.plates().get(0).indices()));
        assertThat(LogDistances.areKnown(found.value("tiny"))).isTrue();
        assertThat(Sandbox.number(LogDistances.of(found.value("tiny"), 0)))
            .isEqualTo(Sandbox.number(LogDistances.of(wanted.value("tiny"), 0)));
      }
    }
  }

  /** What the trace does not have is drawn as in the first run. */
  @Test
  void theRunIsOpenedAgain() {
    Path file = folder.resolve("trace");
    Program<Void> both =
        (p, none) -> {
          p.sample("a", Normal.of(0, 1));
          p.sample("b", Normal.of(0, 1));
        };
    Map<String, List<ImmutableDoubleArray>> first;
    try (Sandbox sandbox = Sandbox.open(config(FloatType.FLOAT64), 5)) {
      first = bits(sandbox.record(both));
      Trace some = sandbox.record((p, none) -> p.sample("a", Normal.of(0, 1)));
      SavedTrace.of(sandbox.run(), some).save(file);
    }
    SavedTrace saved = SavedTrace.load(file);
    try (Sandbox sandbox = Sandbox.open();
        Run run = saved.open()) {
      Trace again =
          Execution.record(
              run, sandbox.params(), Rng.Purpose.MODEL, both.with(new Replay(saved.trace())), null);

      assertThat(bits(again).get("a").get(0)).isEqualTo(first.get("a").get(0));
      assertThat(bits(again).get("b")).isEqualTo(first.get("b"));
    }
  }

  @Test
  void particlesAndWeightsAreKept() {
    Path file = folder.resolve("trace");
    Program<Void> weighed =
        ALL.with(
            new Scale(0.5),
            new Mask(Tensors.array(new double[] {1}, new Shape(), DataType.BOOLEAN)));
    try (Sandbox sandbox = Sandbox.open()) {
      Trace trace =
          sandbox.record((p, none) -> p.sample("x", Normal.of(0, 1)), new Particles(4, 0));
      SavedTrace.of(sandbox.run(), trace).save(file);
      assertThat(bits(SavedTrace.load(file).trace())).isEqualTo(bits(trace));
      Trace again =
          sandbox.record(
              (p, none) -> p.sample("x", Normal.of(0, 1)),
              new Replay(SavedTrace.load(file).trace()),
              new Particles(4, 0));
      assertThat(bits(again)).isEqualTo(bits(trace));

      Trace half = sandbox.record(weighed);
      SavedTrace.of(sandbox.run(), half).save(file);
      assertThat(Sandbox.number(SavedTrace.load(file).trace().logJoint()))
          .isEqualTo(Sandbox.number(half.logJoint()));
    }
  }

  // --- what is refused

  @Test
  void whatHasNoLogProbabilitiesIsNotSaved() {
    Path file = folder.resolve("trace");
    try (Sandbox sandbox = Sandbox.open()) {
      Program<Void> program = (p, none) -> p.sample("z", Bernoulli.probs(0.3));
      Trace summed = sandbox.record(program, new SumOut());
      assertThatThrownBy(() -> SavedTrace.of(sandbox.run(), summed).save(file))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "enumerated site 'z' cannot be saved: it has all values of a choice at once, to be"
                  + " summed out; record the program without SumOut");
      Trace detached = sandbox.record(program).detached(sandbox.manager());
      assertThatThrownBy(() -> SavedTrace.of(sandbox.run(), detached).save(file))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("sample site 'z' is of a detached trace");
    }
    assertThat(file).doesNotExist();
    assertThatThrownBy(() -> SavedTrace.load(file))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(file.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "trace.settings|ppl4j|forged|has no settings of a run:",
        "trace.counter|3|-3|has '-3' for 'trace.counter', but needs a whole number",
        "trace.sites|[{|{|has a text 'trace.sites' that is no JSON array",
        "trace.sites|LATENT|ENUMERATED|of kind 'ENUMERATED', which is none",
        "trace.sites|\"tiny\"|\"number\"|has site 'number' twice",
        "trace.sites|\"tiny\"|\"huge\"|has no tensor 'logProb/huge'",
        "trace.sites|\"support\":\"positive\"|\"support\":\"x\"|has site 'positive' with support 'x'",
        "trace.sites|\"plates\":[0]|\"plates\":[9]|describes a site or plate by",
        "trace.sites|\"counts\":true|\"counts\":[]|describes a site or plate by",
        "trace.plates|\"batch\":3|\"batch\":4|has plate 'rows' with other rows than 4 of 9",
        "trace.plates|\"batch\":3|\"batch\":10|has no plate 'rows': plate 'rows' has size 9, but",
        "trace.plates|DRAWN|CHOSEN|has no plate 'rows': No enum constant",
        "trace.plates|\"dim\":-1|\"dim\":1|has no plate 'rows': plate 'rows' was given dim 1",
        "type/rows/0|INT64|INT8|has tensor 'rows/0' of type 'INT8', which it is not",
        "type/mask/seen|BOOLEAN|INT64|has a mask of site 'seen' that does not fit",
      })
  void forgedTextsAreRefused(String text, String good, String bad, String message) {
    Path file = folder.resolve("trace");
    try (Sandbox sandbox = Sandbox.open(config(FloatType.FLOAT64), 3)) {
      SavedTrace.of(sandbox.run(), sandbox.record(ALL)).save(file);
    }
    TensorFile read = TensorFile.read(file);
    String own = read.text(text);
    String forged = bad.equals("forged") ? bad : own.replace(good, bad);
    assertThat(forged).isNotEqualTo(own);
    TensorFile.builder().put("", read).put(text, forged).write(file);

    assertThatThrownBy(() -> SavedTrace.load(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("file '" + file + "' ")
        .hasMessageContaining(message);
  }

  @Test
  void forgedNumbersAreRefused() {
    Path file = folder.resolve("trace");
    try (Sandbox sandbox = Sandbox.open(config(FloatType.FLOAT64), 3)) {
      SavedTrace.of(sandbox.run(), sandbox.record(ALL)).save(file);
    }
    TensorFile read = TensorFile.read(file);
    Map<String, String> faults =
        ImmutableMap.of(
            "value/wholes", "has tensor 'value/wholes' of type 'INT64', which it is not",
            "rows/0", "has tensor 'rows/0' of type 'INT64', which it is not",
            "distance/2/tiny", "has distances of site 'tiny' that do not fit its value");
    faults.forEach(
        (name, message) -> {
          TensorFile.Builder forged = TensorFile.builder();
          read.texts().forEach(forged::put);
          read.entries()
              .forEach(
                  (own, entry) -> {
                    boolean isIt = own.equals(name);
                    forged.put(
                        own,
                        entry.type(),
                        isIt ? new Shape(3) : entry.shape(),
                        isIt ? new double[] {0.5, 1, 2} : entry.values());
                  });
          forged.write(file);

          assertThatThrownBy(() -> SavedTrace.load(file))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessage("file '" + file + "' " + message);
        });
  }
}
