package org.ppl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.testing.Sandbox.number;
import static org.ppl4j.testing.Sandbox.value;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.distributions.Normal;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.Sandbox;
import org.ppl4j.testing.WithSandbox;

@ExtendWith(LeakCheck.class)
final class PlateTest extends WithSandbox {

  @Test
  void nestedPlatesTakeDimsFromTheRight() {
    Trace trace =
        sandbox.record(
            (p, data) -> {
              try (Plate outer = p.plate("outer", 2)) {
                p.sample("x", Normal.of(0, 1));
                try (Plate inner = p.plate("inner", 3)) {
                  p.sample("y", Normal.of(0, 1).expand(new Shape(1, 1)));
                }
              }
            });

    assertThat(trace.value("x").getShape()).isEqualTo(new Shape(2));
    assertThat(trace.value("y").getShape()).isEqualTo(new Shape(3, 2));
    assertThat(trace.plateNesting()).isEqualTo(2);
  }

  @Test
  void specsPrintWhatTheySay() {
    PlateSpec rows = PlateSpec.of("rows", 10);
    assertThat(rows).hasToString("plate 'rows' of 10 rows");
    assertThat(rows.batch(4).dim(-2)).hasToString("plate 'rows' of 10 rows, 4 a step at -2");
    assertThat(rows.given(4)).hasToString("plate 'rows' of 10 rows, of which data have 4");
    assertThat(rows.indices(Tensors.integers(1, 2)))
        .hasToString("plate 'rows' of 10 rows, by indices");
  }

  @Test
  void crossedPlatesOwnTheirDims() {
    Trace trace =
        sandbox.record(
            (p, data) -> {
              PlateSpec columns = PlateSpec.of("columns", 3).dim(-1);
              try (Plate rows = p.plate(PlateSpec.of("rows", 2).dim(-2))) {
                p.sample("row", Normal.of(0, 1));
                try (Plate inner = p.plate(columns)) {
                  p.sample("cell", Normal.of(0, 1));
                }
              }
              try (Plate again = p.plate(columns)) {
                p.sample("column", Normal.of(0, 1));
              }
            });

    assertThat(trace.value("row").getShape()).isEqualTo(new Shape(2, 1));
    assertThat(trace.value("cell").getShape()).isEqualTo(new Shape(2, 3));
    assertThat(trace.value("column").getShape()).isEqualTo(new Shape(3));
    assertThat(trace.plates()).hasSize(2);
  }

  @Test
  void eventDimsAreNotThePlates() {
    Trace trace =
        sandbox.record(
            (p, data) -> {
              try (Plate rows = p.plate("rows", 2)) {
                p.sample("x", Normal.standard(5).toEvent(1));
              }
            });

    assertThat(trace.value("x").getShape()).isEqualTo(new Shape(2, 5));
    assertThat(trace.site("x").logProb().getShape()).isEqualTo(new Shape(2));
  }

  @Test
  void guideAndModelSeeTheSameRowsAndEachStepOthers() {
    Program<Void> program =
        (p, data) -> {
          try (Plate rows = p.plate("rows", 100, 10)) {
            p.deterministic("i", rows.indices());
          }
        };
    double[] model = value(sandbox.record(program), "i");

    assertThat(value(sandbox.recordGuide(program), "i")).isEqualTo(model);
    assertThat(model).doesNotHaveDuplicates();
    assertThat(Arrays.stream(model).allMatch(i -> i >= 0 && i < 100)).isTrue();
    try (Sandbox later = Sandbox.open(sandbox.run().config(), 1)) {
      assertThat(value(later.record(program), "i")).isNotEqualTo(model);
    }
  }

  @Test
  void subsampledRowsAreScaledUp() {
    NDArray y = sandbox.data(1, 1, 1, 1, 1, 1, 1, 1);
    Trace trace =
        sandbox.record(
            (p, data) -> {
              try (Plate rows = p.plate("rows", 8, 2)) {
                p.observe("y", Normal.of(0, 1), rows.take(y));
              }
            });

    double each = -0.5 - 0.5 * Math.log(2 * Math.PI);
    assertThat(trace.site("y").value().getShape()).isEqualTo(new Shape(2));
    assertThat(trace.site("y").scale()).isEqualTo(4);
    assertThat(number(trace.logJoint())).isCloseTo(8 * each, within(1e-12));
  }

  @Test
  void callersIndicesPickFromWholeData() {
    NDArray y = sandbox.data(10, 11, 12, 13);
    NDArray chosen = sandbox.manager().create(new long[] {3, 1});
    Trace trace =
        sandbox.record(
            (p, data) -> {
              try (Plate rows = p.plate(PlateSpec.of("rows", 4).indices(chosen))) {
                p.observe("y", Normal.of(10, 5), rows.take(y));
              }
            });

    assertThat(value(trace, "y")).containsExactly(13, 11);
    assertThat(trace.site("y").scale()).isEqualTo(2);
  }

  @Test
  void indicesOutsideTheDataAreCaught() {
    NDArray chosen = sandbox.manager().create(new long[] {3, 4});

    assertThatThrownBy(
            () ->
                sandbox.record(
                    (p, data) -> {
                      try (Plate rows = p.plate(PlateSpec.of("rows", 4).indices(chosen))) {
                        p.sample("x", Normal.of(0, 1));
                      }
                    }))
        .hasMessage(
            "plate 'rows' was given row 4, but has rows 0 to 3; pass indices into the whole data");
  }

  @Test
  void givenRowsAreTakenAsTheyAre() {
    NDArray y = sandbox.data(10, 11);
    Trace trace =
        sandbox.record(
            (p, data) -> {
              try (Plate rows = p.plate(PlateSpec.of("rows", 6).given(2))) {
                p.observe("y", Normal.of(10, 5), rows.take(y));
              }
            });

    assertThat(value(trace, "y")).containsExactly(10, 11);
    assertThat(trace.site("y").scale()).isEqualTo(3);
  }

  @Test
  void columnsAreTakenAlongTheirAxis() {
    NDArray table = sandbox.manager().create(new double[] {1, 2, 3, 4, 5, 6}, new Shape(2, 3));
    NDArray chosen = sandbox.manager().create(new long[] {2, 0});
    Trace trace =
        sandbox.record(
            (p, data) -> {
              try (Plate columns = p.plate(PlateSpec.of("columns", 3).indices(chosen))) {
                p.deterministic("x", columns.take(table, -1));
              }
            });

    assertThat(value(trace, "x")).containsExactly(3, 1, 6, 4);
  }

  @Test
  void reenteredPlateKeepsItsRows() {
    Trace trace =
        sandbox.record(
            (p, data) -> {
              for (String name : new String[] {"first", "second"}) {
                try (Plate rows = p.plate("rows", 50, 5)) {
                  p.deterministic(name, rows.indices());
                }
              }
            });

    assertThat(value(trace, "first")).isEqualTo(value(trace, "second"));
  }

  @Test
  void reenteredPlateTakesTheCallersRows() {
    NDArray one = sandbox.manager().create(new long[] {0, 1});
    NDArray two = sandbox.manager().create(new long[] {2, 3});
    Trace trace =
        sandbox.record(
            (p, data) -> {
              try (Plate rows = p.plate(PlateSpec.of("rows", 4).indices(one))) {
                p.deterministic("first", rows.indices());
              }
              try (Plate rows = p.plate(PlateSpec.of("rows", 4).indices(two))) {
                p.deterministic("second", rows.indices());
              }
            });

    assertThat(value(trace, "first")).containsExactly(0, 1);
    assertThat(value(trace, "second")).containsExactly(2, 3);
  }

  @Test
  void plateInsideItselfIsRefused() {
    assertThatThrownBy(
            () ->
                sandbox.record(
                    (p, data) -> {
                      try (Plate one = p.plate("rows", 5);
                          Plate two = p.plate("rows", 5)) {
                        p.sample("x", Normal.of(0, 1));
                      }
                    }))
        .hasMessage(
            "plate 'rows' is opened inside itself; close it first, or give the inner one its own"
                + " name");
  }

  @Test
  void dimOfAnOpenPlateIsRefused() {
    assertThatThrownBy(
            () ->
                sandbox.record(
                    (p, data) -> {
                      try (Plate one = p.plate("one", 5);
                          Plate two = p.plate(PlateSpec.of("two", 5).dim(-1))) {
                        p.sample("x", Normal.of(0, 1));
                      }
                    }))
        .hasMessage(
            "plate 'two' wants dim -1, which the open plate 'one' has; open one of the two with"
                + " PlateSpec.dim at another");
  }

  @Test
  void batchDimWithoutPlateIsRefused() {
    assertThatThrownBy(() -> sandbox.record((p, data) -> p.sample("x", Normal.standard(4))))
        .hasMessage(
            "sample site 'x' has batch shape (4), but no plate owns size 4 at dim -1; open a plate"
                + " of that size around it, or declare event dims by toEvent(n)");
  }

  @Test
  void observedValueWithoutPlateIsRefused() {
    NDArray y = sandbox.data(1, 2, 3);

    assertThatThrownBy(() -> sandbox.record((p, data) -> p.observe("y", Normal.of(0, 1), y)))
        .hasMessage(
            "observed site 'y' has a value of shape (3), but its distribution has batch shape ()"
                + " and event shape (); open a plate of the value's size around it, or declare"
                + " event dims by toEvent(n)");
  }

  @Test
  void factorIsExpandedAndScaled() {
    Trace trace =
        sandbox.record(
            (p, data) -> {
              try (Plate rows = p.plate("rows", 8, 4)) {
                p.factor("w", p.scalar(0.5));
              }
            });

    assertThat(number(trace.logJoint())).isCloseTo(4, within(1e-12));
  }

  @Test
  void agreeingShapesCostNoOperation() {
    NDArray y = sandbox.run().ones(new Shape(5));
    Program<Void> plain = (p, data) -> p.observe("y", Normal.standard(5).toEvent(1), y);
    Program<Void> plated =
        (p, data) -> {
          try (Plate rows = p.plate("rows", 5)) {
            p.observe("y", Normal.standard(5), rows.take(y));
          }
        };
    sandbox.record(plain);
    sandbox.record(plated);

    assertThat(operations(plated)).isEqualTo(operations(plain));
  }

  private long operations(Program<Void> program) {
    long before = sandbox.run().operations();
    number(sandbox.record(program).logJoint());
    return sandbox.run().operations() - before;
  }

  @Test
  void sizesAreChecked() {
    assertThatThrownBy(() -> PlateSpec.of("rows", 0))
        .hasMessage("plate 'rows' has size 0, but needs at least 1; pass the number of rows");
    assertThatThrownBy(() -> PlateSpec.of("rows", 5).batch(6))
        .hasMessage(
            "plate 'rows' has size 5, but a subsample of 6 rows was asked for; pass 1 to 5");
    assertThatThrownBy(() -> PlateSpec.of("rows", 5).dim(0))
        .hasMessage("plate 'rows' was given dim 0, but dims count from the right; pass -1 or less");
  }
}
