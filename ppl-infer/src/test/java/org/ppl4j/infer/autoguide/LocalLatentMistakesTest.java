package org.ppl4j.infer.autoguide;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ppl4j.infer.autoguide.RowModel.ALL;
import static org.ppl4j.infer.autoguide.RowModel.CHOSEN;
import static org.ppl4j.infer.autoguide.RowModel.N;
import static org.ppl4j.infer.autoguide.RowModel.model;

import ai.djl.ndarray.NDArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Execution;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.autoguide.RowModel.Data;
import org.ppl4j.infer.autoguide.RowModel.Opening;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;

/** What is wrong with a guide of local latents, or with the rows that it is told. */
@ExtendWith(LeakCheck.class)
class LocalLatentMistakesTest {

  private final RowModel given = new RowModel();

  @AfterEach
  void close() {
    given.close();
  }

  private void refuses(Opening opening, String message) {
    Program<Data> model = model(opening);
    assertThatThrownBy(() -> given.fit(model, AutoNormal.of(model)).build().step(given.data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void rowsOfTheCallerThatTheGuideIsNotTold() {
    refuses(
        CHOSEN,
        "sample site 'z' is in plate 'rows', of which the model chooses 4 of 12 rows, but guide"
            + " 'AutoNormal' has numbers for each row and does not know which they are; give it"
            + " all, or tell a guide by plate(\"rows\", data -> indices)");
  }

  @Test
  void dataThatHoldSomeRowsOnly() {
    Program<NDArray> some =
        (p, y) -> {
          try (Plate rows = p.plate(PlateSpec.of("rows", 100).given(12))) {
            p.observe("y", Normal.of(p.sample("z", Normal.of(0, 1)), 1), rows.take(y));
          }
        };
    assertThatThrownBy(
            () -> {
              try (Run run = Run.open(RunConfig.defaults(), 0)) {
                Execution.record(
                    run,
                    given.params,
                    Rng.Purpose.GUIDE,
                    AutoDelta.of(some),
                    run.bind(given.data.y()));
              }
            })
        .hasMessage(
            "sample site 'z' is in plate 'rows', of which the data hold 12 of 100 rows, but guide"
                + " 'AutoDelta' has numbers for each row and does not know which they are; give it"
                + " all, or tell a guide by plate(\"rows\", data -> indices)");
  }

  @Test
  void rowsOfAPlateThatTheCallerDoesNotChoose() {
    AutoNormal<Data> guide = AutoNormal.of(model(ALL)).plate("rows", Data::indices);
    assertThatThrownBy(() -> given.fit(model(ALL), guide).build().step(given.data))
        .hasMessage(
            "guide 'AutoNormal' was told the rows of plate 'rows', but the model opens no plate"
                + " of this name with PlateSpec.indices or given; its plates are [rows[12] at"
                + " -1]");
  }

  @Test
  void otherRowsThanTheModelSees() {
    AutoNormal<Data> guide =
        AutoNormal.of(model(CHOSEN)).plate("rows", d -> d.indices().add(1).mod(N));
    assertThatThrownBy(() -> given.fit(model(CHOSEN), guide).build().step(given.data))
        .hasMessageStartingWith(
            "plate 'rows' sees other rows in the guide than in the model: its row 0 is 8 there,"
                + " but 7 in the model; open both with the same indices\nmodel:\n");
  }

  @Test
  void anotherBatchThanBefore() {
    Program<NDArray> model =
        (p, x) -> {
          try (Plate rows = p.plate("rows", 12, x.size(0))) {
            p.sample("z", Normal.of(0, 1));
          }
        };
    Svi<NDArray> svi =
        Svi.builder(model, AutoNormal.of(model))
            .params(given.params)
            .progress(Progress.silent())
            .build();
    svi.step(given.manager.create(new double[3]));

    assertThatThrownBy(() -> svi.step(given.manager.create(new double[5])))
        .hasMessage(
            "the model's latent sites have changed: guide 'AutoNormal' was made for sample site"
                + " 'z' of batch shape (12) and event shape () with 3 rows of plate 'rows' a"
                + " step, but now there is sample site 'z' of batch shape (12) and event shape ()"
                + " with 5 rows of plate 'rows' a step; use one parameter store for each shape of"
                + " data, or put the rows in a plate whose size does not change");
  }
}
