package org.ppl4j.integration;

import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.Program;
import org.ppl4j.examples.hierarchical.EightSchools;
import org.ppl4j.examples.hierarchical.EightSchools.Schools;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.annealing.Annealing;
import org.ppl4j.infer.annealing.Evidence;
import org.ppl4j.infer.autoguide.AutoFlow;
import org.ppl4j.infer.importance.ImportanceSamples;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.testing.AcceptancePoint;

/** Evidence by annealing, beside that of the weighted draws of a flow. */
@Tag("acceptance")
class EvidenceAcceptanceTest {

  @Test
  @Tag("stochastic.2")
  void theEvidenceOfEightSchoolsIsThatOfAFlow() {
    AcceptancePoint point = new AcceptancePoint("stochastic.2");
    try (NDManager manager = NDManager.newBaseManager()) {
      Schools schools = EightSchools.schools(manager);
      Program<Schools> model = EightSchools.MODEL;
      AutoFlow<Schools> guide = AutoFlow.of(model, dim -> Flows.iaf(dim, 2));
      try (Svi<Schools> svi = Svi.builder(model, guide).progress(Progress.silent()).build()) {
        svi.run(schools, 2000);
        Annealing<Schools> annealing = Annealing.of(model).progress(Progress.silent());
        try (ImportanceSamples flow = svi.importance(schools, 100_000);
            Evidence evidence = annealing.evidence(schools, 2000)) {
          point.shown("eight schools, log evidence by the flow's weights", flow.logEvidence());
          point.shown("their k-hat", flow.khat().value());
          point.shown("stated error of the annealed one", evidence.standardError());
          point.atMost(
              "eight schools, annealed from the prior, off it",
              Math.abs(evidence.logEvidence() - flow.logEvidence()),
              0.05);
        }
      }
    }
  }
}
