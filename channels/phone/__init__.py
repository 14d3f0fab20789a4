"""The telephone: transcripts and events of calls, by webhook."""

from channels.phone.assemblyai import AssemblyAI
from channels.phone.call import Segment, State, Transcript, Update, Word, assemble
from channels.phone.channel import FreeSwitch, Options, PhoneChannel
from channels.phone.deepgram import Deepgram
from channels.phone.record import CALL, UPDATE_TYPE, heard, update_in, update_of, verbatim
from channels.phone.sms import SmsWebhook, TwilioSms
from channels.phone.twilio import Twilio
from channels.phone.vonage import Vonage

__all__ = [
    "CALL",
    "UPDATE_TYPE",
    "AssemblyAI",
    "Deepgram",
    "FreeSwitch",
    "Options",
    "PhoneChannel",
    "Segment",
    "SmsWebhook",
    "State",
    "Transcript",
    "Twilio",
    "TwilioSms",
    "Update",
    "Vonage",
    "Word",
    "assemble",
    "heard",
    "update_in",
    "update_of",
    "verbatim",
]
