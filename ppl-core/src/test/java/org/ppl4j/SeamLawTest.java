package org.ppl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.Normal;
import org.ppl4j.handlers.AllRows;
import org.ppl4j.handlers.Broadcast;
import org.ppl4j.handlers.Condition;
import org.ppl4j.handlers.Do;
import org.ppl4j.handlers.Hide;
import org.ppl4j.handlers.InferConfig;
import org.ppl4j.handlers.Lift;
import org.ppl4j.handlers.Mask;
import org.ppl4j.handlers.Particles;
import org.ppl4j.handlers.Prefix;
import org.ppl4j.handlers.Recorder;
import org.ppl4j.handlers.Replay;
import org.ppl4j.handlers.Scale;
import org.ppl4j.handlers.Seed;
import org.ppl4j.handlers.Substitute;
import org.ppl4j.handlers.Uncondition;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.CountingColumn;
import org.ppl4j.testing.DistributionCase;
import org.ppl4j.testing.DistributionCases;
import org.ppl4j.testing.EveryLaw;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.Models;
import org.ppl4j.testing.SeamLaw;
import org.ppl4j.testing.Tally;
import org.ppl4j.testing.TransformCase;
import org.ppl4j.testing.TransformCases;

/** What the programs of every table do is rows, of results and inputs. */
@ExtendWith(LeakCheck.class)
class SeamLawTest {

  static Stream<Named<DistributionCase>> distributions() {
    return DistributionCases.all().stream().map(row -> Named.of(row.name(), row));
  }

  @ParameterizedTest
  @MethodSource("distributions")
  void ofDistributions(DistributionCase row) {
    SeamLaw.check(row);
  }

  static Stream<Named<TransformCase>> transforms() {
    return TransformCases.all().stream().map(row -> Named.of(row.name(), row));
  }

  @ParameterizedTest
  @MethodSource("transforms")
  void ofTransforms(TransformCase row) {
    SeamLaw.check(row);
  }

  static Stream<Named<Models.Model<?>>> models() {
    return Models.all();
  }

  /** Its checks of the first run read, and nothing else does. */
  @ParameterizedTest
  @MethodSource("models")
  void ofModelsUnderEachHandler(Models.Model<?> model) {
    Tally.required(underHandlers(model));
  }

  private static <D> int underHandlers(Models.Model<D> model) {
    RunConfig config = RunConfig.defaults();
    int judged = 0;
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, config);
        BoundData<D> data = BoundData.of(model.data().apply(manager), config)) {
      for (Function<Trace, Handler> handler : HANDLERS) {
        CountingColumn column =
            CountingColumn.over(
                () -> {
                  try (Run run = Run.open(config, 3)) {
                    Rng.Purpose purpose = Rng.Purpose.MODEL;
                    D inRun = data.in(run);
                    Trace plain = Execution.record(run, params, purpose, model.program(), inRun);
                    Handler outer = handler.apply(plain);
                    Trace trace =
                        Execution.record(run, params, purpose, model.program(), inRun, outer);
                    assertThat(trace.logJoint().size()).isEqualTo(1);
                  }
                });
        assertThat(column.faults()).isEmpty();
        judged += column.count();
      }
    }
    return judged;
  }

  private static final List<Function<Trace, Handler>> HANDLERS =
      List.of(
          plain -> new AllRows(),
          plain -> new Broadcast(),
          plain -> new Condition(values(plain)),
          plain -> new Do(values(plain)),
          plain -> Hide.all(),
          plain -> new InferConfig(site -> true, "key", "setting"),
          plain ->
              new Lift(
                  site -> Set.of("alpha", "beta").contains(site.name()) ? Gamma.of(2, 1) : null),
          plain -> new Mask(false),
          plain -> new Particles(3, plain.plateNesting()),
          plain -> new Prefix("a"),
          plain -> new Recorder(trace -> assertThat(trace.sites()).isNotEmpty()),
          Replay::new,
          plain -> new Scale(0.5),
          plain -> new Seed(7),
          plain -> new Substitute(values(plain)),
          plain -> new Uncondition());

  private static Map<String, NDArray> values(Trace trace) {
    Map<String, NDArray> values = new HashMap<>();
    trace.latents().forEach(site -> values.put(site.name(), site.value()));
    return values;
  }

  @Test
  void valuesReadByAProgramAreCaught() {
    caught(p -> List.of(p.run().create(p.sample("x", NORMAL).toDoubleArray(), new Shape())));
    caught(p -> List.of(p.scalar(3).mul(p.sample("x", NORMAL).toDoubleArray()[0])));
  }

  private static final Normal NORMAL = Normal.of(0, 1);

  private static void caught(Function<Ppl, List<NDArray>> body) {
    assertThatThrownBy(() -> SeamLaw.check(body))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("a program reads a tensor, at " + SeamLawTest.class.getName());
  }

  @Test
  @Tag("acceptance")
  @Tag("rooms.3")
  void ofAllTablesAndTheirLaws() {
    AcceptancePoint point = new AcceptancePoint("rooms.3");
    long rows = 0;
    int operations = 0;
    for (DistributionCase row : DistributionCases.all()) {
      operations += SeamLaw.check(row) + ofLaws(() -> EveryLaw.check(row).size());
      rows++;
    }
    for (TransformCase row : TransformCases.all()) {
      operations += SeamLaw.check(row) + ofLaws(() -> EveryLaw.check(row).size());
      rows++;
    }
    for (Named<Models.Model<?>> model : Models.all().toList()) {
      operations += underHandlers(model.getPayload());
      rows++;
    }
    valuesReadByAProgramAreCaught();
    point.shown("operations watched of distributions, transforms and handlers", operations);
    point.none("ways round the table in " + rows + " rows, with all laws");
    point.none("values read by a program and written down again, planted in 2 programs, missed");
  }

  private static int ofLaws(IntSupplier laws) {
    CountingColumn column = CountingColumn.over(() -> Tally.required(laws.getAsInt()));
    assertThat(column.faults()).isEmpty();
    return column.count();
  }
}
