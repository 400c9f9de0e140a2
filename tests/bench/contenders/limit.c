// The limit: the job of job.py written by hand in C for this one network, float64.
//
//     limit <file of numbers> <variant> <repeats>
//
// Variants: "plain" is the loops that one writes, weights neuron by neuron as the original has them;
// "lanes" lays them input by input, so that the 16 neurons of a layer become lanes of vector
// instructions and no sum is reordered. Both do the reverse pass for every example; "plain-skip" and
// "lanes-skip" leave it out where the hinge is zero, as our kernel does.
// Prints the milliseconds of one run and the loss of the last step.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { IN = 2, H = 16, N = 100, STEPS = 100, P = 337 };

static double xs[N][IN], ys[N], rates[STEPS], given[P], alpha;

static double relu(double x) { return x < 0.0 ? 0.0 : x; }

// What surrounds the examples of a step, over the parameters in whatever order.
static double begin(const double *p, double *g) {
    double penalty = 0.0;
    for (int i = 0; i < P; i++) penalty += p[i] * p[i];
    for (int i = 0; i < P; i++) g[i] = 2.0 * alpha * p[i];
    return penalty * alpha;
}

static void move(double *p, const double *g, double rate) {
    for (int i = 0; i < P; i++) p[i] -= rate * g[i];
}

// The hinge of one example: adds to the step's sums, gives d(loss)/d(score).
static double hinge(double score, int e, double *data, int *right) {
    double margin = 1.0 - ys[e] * score;
    *right += (ys[e] > 0.0) == (score > 0.0);
    *data += relu(margin);
    return margin > 0.0 ? -ys[e] / N : 0.0;
}

typedef struct {
    double w1[H][IN], b1[H], w2[H][H], b2[H], w3[H], b3;
} Plain;

static double run_plain(Plain *m, int skip, int *right) {
    Plain g;
    double loss = 0.0;
    for (int step = 0; step < STEPS; step++) {
        double penalty = begin((double *)m, (double *)&g), data = 0.0;
        for (int e = N - 1; e >= 0; e--) {
            double a1[H], a2[H], d1[H] = {0}, score = m->b3;
            for (int k = 0; k < H; k++) {
                double sum = m->b1[k];
                for (int i = 0; i < IN; i++) sum += m->w1[k][i] * xs[e][i];
                a1[k] = relu(sum);
            }
            for (int k = 0; k < H; k++) {
                double sum = m->b2[k];
                for (int i = 0; i < H; i++) sum += m->w2[k][i] * a1[i];
                a2[k] = relu(sum);
            }
            for (int k = 0; k < H; k++) score += m->w3[k] * a2[k];
            double up = hinge(score, e, &data, right);
            if (skip && up == 0.0) continue;
            g.b3 += up;
            for (int k = 0; k < H; k++) {
                g.w3[k] += up * a2[k];
                double d2 = a2[k] > 0.0 ? up * m->w3[k] : 0.0;
                g.b2[k] += d2;
                for (int i = 0; i < H; i++) {
                    g.w2[k][i] += d2 * a1[i];
                    d1[i] += d2 * m->w2[k][i];
                }
            }
            for (int k = 0; k < H; k++) {
                double d = a1[k] > 0.0 ? d1[k] : 0.0;
                g.b1[k] += d;
                for (int i = 0; i < IN; i++) g.w1[k][i] += d * xs[e][i];
            }
        }
        loss = data / N + penalty;
        move((double *)m, (double *)&g, rates[step]);
    }
    return loss;
}

typedef struct {
    double w1[IN][H], b1[H], w2[H][H], b2[H], w3[H], b3;
} Laned;

_Static_assert(sizeof(Laned) == P * sizeof(double), "nothing but the parameters");

// gcc unrolls a loop of 16 before it looks for vectors, and then finds none.
#define LANES(k) _Pragma("GCC unroll 1") for (int k = 0; k < H; k++)

static double run_lanes(Laned *m, int skip, int *right) {
    Laned g;
    double turned[H][H];  // w2 neuron by neuron, for the reverse pass
    double loss = 0.0;
    for (int step = 0; step < STEPS; step++) {
        double penalty = begin((double *)m, (double *)&g), data = 0.0;
        for (int i = 0; i < H; i++)
            for (int k = 0; k < H; k++) turned[k][i] = m->w2[i][k];
        for (int e = N - 1; e >= 0; e--) {
            double a1[H], a2[H], d1[H], d2[H], score = m->b3;
            LANES(k) a1[k] = m->b1[k];
            for (int i = 0; i < IN; i++) LANES(k) a1[k] += m->w1[i][k] * xs[e][i];
            LANES(k) a1[k] = relu(a1[k]);
            LANES(k) a2[k] = m->b2[k];
            for (int i = 0; i < H; i++) LANES(k) a2[k] += m->w2[i][k] * a1[i];
            LANES(k) a2[k] = relu(a2[k]);
            for (int k = 0; k < H; k++) score += m->w3[k] * a2[k];
            double up = hinge(score, e, &data, right);
            if (skip && up == 0.0) continue;
            g.b3 += up;
            LANES(k) g.w3[k] += up * a2[k];
            LANES(k) d2[k] = a2[k] > 0.0 ? up * m->w3[k] : 0.0;
            LANES(k) g.b2[k] += d2[k];
            for (int i = 0; i < H; i++) LANES(k) g.w2[i][k] += d2[k] * a1[i];
            LANES(i) d1[i] = 0.0;
            for (int k = 0; k < H; k++) LANES(i) d1[i] += d2[k] * turned[k][i];
            LANES(k) d1[k] = a1[k] > 0.0 ? d1[k] : 0.0;
            LANES(k) g.b1[k] += d1[k];
            for (int i = 0; i < IN; i++) LANES(k) g.w1[i][k] += d1[k] * xs[e][i];
        }
        loss = data / N + penalty;
        move((double *)m, (double *)&g, rates[step]);
    }
    return loss;
}

// The given parameters, neuron by neuron with each bias behind its weights, in either layout.
static void lay_out(Plain *r, Laned *c) {
    const double *p = given;
    for (int k = 0; k < H; k++) {
        for (int i = 0; i < IN; i++) c->w1[i][k] = r->w1[k][i] = *p++;
        c->b1[k] = r->b1[k] = *p++;
    }
    for (int k = 0; k < H; k++) {
        for (int i = 0; i < H; i++) c->w2[i][k] = r->w2[k][i] = *p++;
        c->b2[k] = r->b2[k] = *p++;
    }
    for (int k = 0; k < H; k++) c->w3[k] = r->w3[k] = *p++;
    c->b3 = r->b3 = *p++;
}

static void read_numbers(FILE *file, double *numbers, int count) {
    for (int i = 0; i < count; i++)
        if (fscanf(file, "%lf", &numbers[i]) != 1) exit(2);
}

int main(int count, char **arguments) {
    FILE *file = count == 4 ? fopen(arguments[1], "r") : NULL;
    if (!file) return 2;
    read_numbers(file, &alpha, 1);
    read_numbers(file, &xs[0][0], N * IN);
    read_numbers(file, ys, N);
    read_numbers(file, given, P);
    read_numbers(file, rates, STEPS);
    int lanes = !strncmp(arguments[2], "lanes", 5), skip = !!strstr(arguments[2], "-skip");
    int repeats = atoi(arguments[3]), right = 0;
    struct timespec from, to;
    double loss = 0.0;
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (int k = 0; k < repeats; k++) {
        Plain plain;
        Laned laned;
        lay_out(&plain, &laned);
        loss = lanes ? run_lanes(&laned, skip, &right) : run_plain(&plain, skip, &right);
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    double ms = (to.tv_sec - from.tv_sec) * 1e3 + (to.tv_nsec - from.tv_nsec) / 1e6;
    printf("{\"ms\": %.6f, \"loss\": %.17g, \"right\": %d}\n", ms / repeats, loss, right / repeats);
    return 0;
}
