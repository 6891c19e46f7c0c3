/**
 * The completion of each shell. They ask the command itself which words can follow (`agnize complete`), so that they are
 * right for every version of it.
 */
export const completionScripts = {
  bash: String.raw`
# Completion of agnize for bash.
_agnize() {
  local current="$\{COMP_WORDS[COMP_CWORD]}" word help
  COMPREPLY=()
  while IFS=$'\t' read -r word help; do
    if [[ $word == ':files' ]]; then
      compopt -o default 2>/dev/null
      return
    fi
    COMPREPLY+=("$(printf '%q' "$word")")
  done < <(agnize complete -- "$\{COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _agnize agnize
`.replaceAll('$\\{', '${'),
  zsh: String.raw`
#compdef agnize
# Completion of agnize for zsh.
_agnize() {
  local line word
  local -a described
  while IFS= read -r line; do
    word="$\{line%%$'\t'*}"
    if [[ $word == ':files' ]]; then
      _files
      return
    fi
    described+=("$\{word//:/\\:}:$\{line#*$'\t'}")
  done < <(agnize complete -- "$\{(@)words[2,CURRENT]}" 2>/dev/null)
  (( $\{#described} )) && _describe 'agnize' described
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _agnize "$@"
else
  compdef _agnize agnize
fi
`.replaceAll('$\\{', '${'),
  fish: `
# Completion of agnize for fish.
function __agnize_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in (agnize complete -- $words[2..-1] 2>/dev/null)
        if string match -q ':files*' -- $line
            __fish_complete_path (commandline -ct)
        else
            echo $line
        end
    end
end
complete -c agnize -f -a '(__agnize_complete)'
`,
  powershell: String.raw`
# Completion of agnize for PowerShell.
Register-ArgumentCompleter -Native -CommandName agnize -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
    $next = if ($wordToComplete -eq '') { @('--next') } else { @() }
    agnize complete @next -- @words 2>$null | ForEach-Object {
        $word, $help = $_ -split "\t", 2
        if ($word -ne ':files') {
            $quoted = if ($word -match '\s') { "'" + $word.Replace("'", "''") + "'" } else { $word }
            if (-not $help) { $help = $word }
            [System.Management.Automation.CompletionResult]::new($quoted, $word, 'ParameterValue', $help)
        }
    }
}
`,
} as const

/** A shell with completion. */
export type Shell = keyof typeof completionScripts
