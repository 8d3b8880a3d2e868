package org.ppl4j.ode;

/** How gradients of a solution are found; both ways they are the same, to rounding. */
public enum Gradient {
  /**
   * By the engine, through all steps, or in a recorded program: memory as of all evaluations of the
   * right side. The fast one.
   */
  THROUGH_STEPS,
  /**
   * By the adjoint equation of the steps, solved from the last one back: memory as of one step and
   * of 2 √N states where there are N steps, and the right side computed twice more. By the engine
   * alone: a program with it is not recorded. First derivatives only.
   *
   * <p>The states are those of the way there, some kept and the others computed again from them;
   * those of an equation that is solved backwards would drift off where the way contracts. Source:
   * Zhuang, Dvornek, Li, Tatikonda, Papademetris and Duncan, "Adaptive checkpoint adjoint method
   * for gradient estimation in neural ODE" (2020), algorithm 2.
   */
  ADJOINT
}
