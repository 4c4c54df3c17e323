# SRAM and cycles of each layer, side by side. The variables come from plot.c, which writes them
# above this text into OUT/layers.gp; `gnuplot layers.gp` there draws the pictures again.
#
# layers.dat: 1 row  2 label  3 activations KiB  4 scratch KiB  5 issue  6 core stalls
#             7 memory stalls  8 share of the cycles in percent  (5 to 7 in units of cycles_unit)

ink = "#1f2933"; soft = "#7b8794"; faint = "#e4e7eb"; band = "#f6f8fa"
c_act = "#2a9d8f"; c_scratch = "#e9c46a"
c_issue = "#264e86"; c_core = "#7fb2e5"; c_mem = "#e76f51"

row_px = rows > 90 ? 12 : rows > 50 ? 15 : rows > 25 ? 18 : 24
small = rows > 90 ? 8 : rows > 50 ? 9 : 10
small_font = sprintf(",%d", small)
W = 1240
H = 178 + rows * row_px
top = 1.0 - 112.0 / H
bottom = 62.0 / H
left = 0.014 + 0.0062 * label_columns * small / 10.0
middle = left + (0.975 - left) * 0.44

set style fill solid 1.0 noborder
set border 0
set tics scale 0
set yrange [rows + 0.5 : 0.5]
set grid xtics linetype 1 linewidth 1 linecolor rgb faint
set bmargin screen bottom
set tmargin screen top
unset key

do for [kind in "svg png"] {
    if (kind eq "svg") {
        set terminal svg size W, H font "Helvetica,12" background "#ffffff" enhanced
    } else {
        if (strstrt(GPVAL_TERMINALS, "pngcairo") > 0) {
            set terminal pngcairo size 2 * W, 2 * H font "Sans,12" fontscale 1.75 \
                linewidth 2 background "#ffffff" enhanced
        } else {
            set terminal png size W, H truecolor enhanced
        }
    }
    set output "layers." . kind
    set multiplot

    set label 1 title at screen 0.014, screen 1.0 - 28.0 / H left font ",17" textcolor rgb ink noenhanced
    set label 2 subtitle at screen 0.014, screen 1.0 - 52.0 / H left font ",11" textcolor rgb soft noenhanced

    # Top right: how full the board is.
    do for [g = 1:2] {
        y = 1.0 - (g == 1 ? 28.0 : 50.0) / H
        used = g == 1 ? sram_used : flash_used
        have = g == 1 ? sram_have : flash_have
        if (used > 0 && have > 0) {
            part = used < have ? used / have : 1.0
            set object 10 + g rectangle from screen 0.735, screen y - 5.0 / H \
                to screen 0.735 + 0.11 * part, screen y + 5.0 / H \
                fillcolor rgb (used <= have ? c_act : c_mem) fillstyle solid noborder front
            set object 20 + g rectangle from screen 0.735, screen y - 5.0 / H \
                to screen 0.845, screen y + 5.0 / H fillstyle empty border rgb soft front
            name = g == 1 ? "SRAM" : "flash"
            set label 10 + g name at screen 0.729, screen y right \
                font ",11" textcolor rgb ink
            set label 20 + g sprintf("%.1f of %.0f KiB", used, have) at screen 0.852, screen y left \
                font ",11" textcolor rgb ink
        }
    }

    # Left: SRAM while the layer runs.
    set lmargin screen left
    set rmargin screen middle - 0.02
    set xrange [0 : sram_max]
    set xtics scale 0 nomirror textcolor rgb soft font ",10" offset 0, 0.3
    set ytics scale 0 nomirror textcolor rgb ink font small_font offset 0.6, 0 noenhanced
    set xlabel "KiB of SRAM while the layer runs" textcolor rgb soft font ",11" offset 0, 0.4
    head = 1.0 - 88.0 / H
    set object 1 rectangle center screen left + 0.007, screen head size screen 0.010, screen 11.0 / H \
        fillcolor rgb c_act fillstyle solid noborder front
    set label 3 "activations" at screen left + 0.016, screen head left font ",11" textcolor rgb ink
    set object 2 rectangle center screen left + 0.092, screen head size screen 0.010, screen 11.0 / H \
        fillcolor rgb c_scratch fillstyle solid noborder front
    set label 4 "scratch" at screen left + 0.101, screen head left font ",11" textcolor rgb ink
    if (sram_have > 0 && sram_have <= sram_max) {
        set arrow 1 from sram_have, graph 0 to sram_have, graph 1 nohead linewidth 1.5 \
            dashtype 2 linecolor rgb c_mem front
        lines = ", dashed: board"
    } else {
        lines = ""
    }
    if (arena > 0) {
        set arrow 2 from arena, graph 0 to arena, graph 1 nohead linewidth 1.2 \
            dashtype 3 linecolor rgb ink front
        set label 5 sprintf("dotted: arena %.1f KiB", arena) . lines at screen middle - 0.02, screen head \
            right font ",10" textcolor rgb soft
    }
    do for [i = 2 : rows : 2] {
        set object 100 + i rectangle from graph 0, first i - 0.5 to graph 1, first i + 0.5 \
            fillcolor rgb band fillstyle solid noborder behind
    }
    plot "layers.dat" using (0) : 1 : (0) : 3 : ($1 - 0.36) : ($1 + 0.36) : ytic(2) \
             with boxxyerror linecolor rgb c_act, \
         "" using 3 : 1 : 3 : ($3 + $4) : ($1 - 0.36) : ($1 + 0.36) \
             with boxxyerror linecolor rgb c_scratch
    unset arrow 1
    unset arrow 2
    unset label
    unset object

    # Right: where the cycles go.
    do for [i = 2 : rows : 2] {
        set object 100 + i rectangle from graph 0, first i - 0.5 to graph 1, first i + 0.5 \
            fillcolor rgb band fillstyle solid noborder behind
    }
    set lmargin screen middle + 0.005
    set rmargin screen 0.975
    set xrange [0 : cycles_max]
    unset ytics
    set xlabel cycles_label textcolor rgb soft font ",11" offset 0, 0.4
    set object 1 rectangle center screen middle + 0.012, screen head size screen 0.010, screen 11.0 / H \
        fillcolor rgb c_issue fillstyle solid noborder front
    set label 3 "instructions issued" at screen middle + 0.021, screen head left font ",11" textcolor rgb ink
    set object 2 rectangle center screen middle + 0.150, screen head size screen 0.010, screen 11.0 / H \
        fillcolor rgb c_core fillstyle solid noborder front
    set label 4 "core stalls" at screen middle + 0.159, screen head left font ",11" textcolor rgb ink
    set object 3 rectangle center screen middle + 0.240, screen head size screen 0.010, screen 11.0 / H \
        fillcolor rgb c_mem fillstyle solid noborder front
    set label 5 "memory stalls" at screen middle + 0.249, screen head left font ",11" textcolor rgb ink
    plot "layers.dat" using (0) : 1 : (0) : 5 : ($1 - 0.36) : ($1 + 0.36) \
             with boxxyerror linecolor rgb c_issue, \
         "" using 5 : 1 : 5 : ($5 + $6) : ($1 - 0.36) : ($1 + 0.36) \
             with boxxyerror linecolor rgb c_core, \
         "" using ($5 + $6) : 1 : ($5 + $6) : ($5 + $6 + $7) : ($1 - 0.36) : ($1 + 0.36) \
             with boxxyerror linecolor rgb c_mem, \
         "" using ($5 + $6 + $7) : 1 : ($8 >= 0.05 ? sprintf("%.1f %%", $8) : "") \
             with labels left offset 0.5, 0 font small_font textcolor rgb soft
    unset multiplot
    unset output
    unset object
    unset label
}
