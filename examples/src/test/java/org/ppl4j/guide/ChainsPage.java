package org.ppl4j.guide;

import static org.ppl4j.guide.ReadmePage.MODEL;
import static org.ppl4j.guide.ShapesAndPlatesPage.LINE;

import ai.djl.ndarray.NDArray;
import java.nio.file.Path;
import java.util.List;
import org.ppl4j.Program;
import org.ppl4j.guide.ShapesAndPlatesPage.Rows;
import org.ppl4j.infer.CmdStanCsv;
import org.ppl4j.infer.InferenceData;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.reparam.Reparam;
import org.ppl4j.infer.report.ChainPicture;
import org.ppl4j.infer.report.ForestPicture;
import org.ppl4j.infer.report.PairsPicture;
import org.ppl4j.infer.report.Report;
import org.ppl4j.tensor.Tensors;

/** The blocks of the page chains.md. */
final class ChainsPage {

  private ChainsPage() {}

  // region
  static Summary byChains() {
    NDArray flips = Tensors.vector(1, 1, 1, 1, 1, 1, 0, 0, 0, 0);
    try (McmcRun<NDArray> run = Nuts.of(MODEL).run(flips)) {
      System.out.println(run.report()); // what each chain did, and what to do where it went wrong
      return run.summary(); // with R-hat and effective sizes
    }
  }

  // endregion

  // region
  static Summary mended(Program<Rows> warned, Rows rows) {
    Program<Rows> other = warned.with(Reparam.automatic()); // location and scale taken out
    try (McmcRun<Rows> run = Nuts.of(other).targetAcceptance(0.95).draws(2000).run(rows)) {
      System.out.println(run.report()); // does it still warn?
      return run.samples().only("a", "b").summary(); // of these sites alone
    }
  }

  // endregion

  // region
  static void shown(Rows rows, Path file) {
    try (McmcRun<Rows> run = Nuts.of(LINE).run(rows)) {
      Report.of(run).model(LINE, rows).title("a line").save(file);
    }
  }

  // endregion

  // region
  static List<Path> seen(Rows rows, Path folder) {
    try (McmcRun<Rows> run = Nuts.of(LINE).run(rows)) {
      PairsPicture.of("line", run.samples())
          .divergent(run.iterations()) // in red
          .save(folder.resolve("pairs.png"));
      ForestPicture.of("line", run.samples()).save(folder.resolve("forest.png"));
      ChainPicture.energy("line", run.iterations()).save(folder.resolve("energy.png"));
      InferenceData.of(run.samples())
          .sampler(run.iterations().columns())
          .write(folder.resolve("line.zarr"));
      run.summary().writeCsv(folder.resolve("line.csv"));
      return CmdStanCsv.write(run.samples(), run.iterations().columns(), folder, "line");
    }
  }

  // endregion
}
